import pytest
import torch
import torch_fidelity
import torchvision
from torch.utils.data import TensorDataset

from benchmark.errors import UserError
from benchmark.scoring import inception
from benchmark.scoring.extractors import load_extractor
from benchmark.scoring.features import extract
from benchmark.scoring.inception import FILE, inception_problem, inception_weights
from benchmark.scoring.reference import reference_of
from benchmark.scoring.scores import score
from benchmark.spec import Score

CPU = torch.device("cpu")


class Images(TensorDataset):
    def __getitem__(self, i: int) -> torch.Tensor:
        return super().__getitem__(i)[0]


@pytest.fixture(autouse=True)
def offline(tmp_path, monkeypatch):
    """torch's cache and the address of the weights, both under `tmp_path`."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(inception, "URL_INCEPTION_V3", (tmp_path / "address" / FILE).as_uri())


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    """Kaiming-normal weights: random, but features neither vanish nor explode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = torchvision.models.inception_v3(num_classes=1008, aux_logits=False, init_weights=False)
        for module in network.modules():
            if isinstance(module, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(module.weight)
    return network.state_dict()


def test_features_and_scores_are_torch_fidelitys(tmp_path, weights):
    path = tmp_path / "extractors" / FILE
    path.parent.mkdir()
    torch.save(weights, path)
    generated = torch.randint(0, 256, (4, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    real = generated.flip(0, 2) // 2
    before = torch.random.get_rng_state()
    loaded = load_extractor("inception-v3-compat", tmp_path, CPU)
    features = extract(loaded, generated)
    ours = score(features, reference_of(real, loaded), Score(metrics=("kid",), objective="kid"))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert features.pooled.shape == (4, 2048)
    torch.testing.assert_close(features.logits, features.pooled @ weights["fc.weight"].T, rtol=1e-4, atol=1e-4)
    theirs = torch_fidelity.calculate_metrics(
        input1=Images(generated.repeat(1, 3, 1, 1)),
        input2=Images(real.repeat(1, 3, 1, 1)),
        feature_extractor="inception-v3-compat",
        feature_extractor_weights_path=str(path),
        kid=True,
        kid_subset_size=4,
        cuda=False,
        save_cpu_ram=True,
        verbose=False,
    )
    assert ours["kid"] == pytest.approx(theirs["kernel_inception_distance_mean"], rel=1e-3)  # theirs is in float32


def test_missing_weights_say_which_file_goes_where(tmp_path):
    line = f"{tmp_path / 'extractors' / FILE}: the weights of inception-v3-compat are missing; put the file of file:"
    assert inception_problem(tmp_path).startswith(line)
    with pytest.raises(UserError) as caught:
        inception_weights(tmp_path)
    assert str(caught.value).startswith(line)
    assert "the download failed" in str(caught.value)
    assert not list((tmp_path / "extractors").iterdir())


@pytest.mark.parametrize("folder", ["extractors", "torch/hub/checkpoints"])
def test_weights_are_found_in_the_data_folder_and_in_torchs_cache(tmp_path, folder):
    path = tmp_path / folder / FILE
    path.parent.mkdir(parents=True)
    torch.save({"fc.weight": torch.zeros(1008, 2048)} | {str(i): torch.zeros(1) for i in range(565)}, path)
    assert inception_problem(tmp_path) is None
    assert inception_weights(tmp_path) == path


def test_download_of_another_file_is_refused(tmp_path):
    (tmp_path / "address").mkdir()
    (tmp_path / "address" / FILE).write_bytes(b"not the weights")
    with pytest.raises(UserError, match="the download failed: invalid hash value"):
        inception_weights(tmp_path)
    assert not list((tmp_path / "extractors").iterdir())


@pytest.mark.parametrize("content", [b"", b"garbage", {"fc.weight": torch.zeros(2, 2)}, torch.zeros(3)])
def test_other_files_are_named(tmp_path, content):
    path = tmp_path / "extractors" / FILE
    path.parent.mkdir()
    path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
    with pytest.raises(UserError) as caught:
        inception_weights(tmp_path)
    assert str(caught.value).startswith(f"{path}: no")
    assert "\n" not in str(caught.value)


def test_file_that_would_run_code_is_not_unpickled(tmp_path):
    class Malicious:
        def __reduce__(self):
            return (open, (str(tmp_path / "written"), "w"))

    path = tmp_path / "extractors" / FILE
    path.parent.mkdir()
    torch.save({"fc.weight": Malicious()}, path)
    with pytest.raises(UserError, match="no file of weights"):
        inception_weights(tmp_path)
    assert not (tmp_path / "written").exists()
