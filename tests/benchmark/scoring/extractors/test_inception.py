import pytest
import torch
import torch_fidelity
import torchvision
from comparisons import of_images
from torch.utils.data import TensorDataset

from benchmark.errors import UserError
from benchmark.scoring.extractors.catalog import load_extractor
from benchmark.scoring.extractors.inception import WEIGHTS, inception_problem, inception_weights
from benchmark.scoring.features import extract
from benchmark.scoring.scorer import score

CPU = torch.device("cpu")

pytestmark = pytest.mark.usefixtures("own")


class Images(TensorDataset):
    def __getitem__(self, i: int) -> torch.Tensor:
        return super().__getitem__(i)[0]


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


def test_features_and_scores_are_torch_fidelitys(tmp_path, own, weights):
    path = own / WEIGHTS.file
    torch.save(weights, path)
    generated = torch.randint(0, 256, (4, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    real = generated.flip(0, 2) // 2
    before = torch.random.get_rng_state()
    loaded = load_extractor("inception-v3-compat", tmp_path, CPU)
    features = extract(loaded, generated)
    ours = score(of_images(loaded, generated, real), ("kid",))
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


@pytest.mark.parametrize("counters", [True, False], ids=["with counters of batches", "without"])
def test_files_of_the_format_of_2020_load(tmp_path, own, weights, counters):
    """That of the published file: its 95,628,359 bytes are fewer than today's format takes."""
    converted = {name: value for name, value in weights.items() if counters or not name.endswith("num_batches_tracked")}
    assert len(converted) == (566 if counters else 472)
    torch.save(converted, own / WEIGHTS.file, _use_new_zipfile_serialization=False)
    network = load_extractor("inception-v3-compat", tmp_path, CPU).network
    assert torch.equal(network.state_dict()["fc.weight"], weights["fc.weight"])


def test_the_address_and_the_checksum_are_of_one_file():
    assert WEIGHTS.file == "weights-inception-2015-12-05-6726825d.pth"
    assert WEIGHTS.url.endswith(WEIGHTS.file)
    assert WEIGHTS.sha256.startswith("6726825d")
    assert len(WEIGHTS.sha256) == 64


def test_missing_weights_say_which_file_goes_where(tmp_path):
    line = f"{tmp_path / 'extractors' / WEIGHTS.file}: the weights of inception-v3-compat are missing; put the file of "
    assert inception_problem(tmp_path).startswith(line)


def test_weights_of_another_network_are_named(tmp_path, own):
    torch.save({"fc.weight": torch.zeros(2, 2)}, own / WEIGHTS.file)
    with pytest.raises(UserError, match="not the weights of inception-v3-compat: expected 'Conv2d_1a_3x3"):
        inception_weights(tmp_path)
