"""CLIP: small archives of the format that OpenAI published, beside torch-fidelity's own reading of them."""

import warnings
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch_fidelity.feature_extractor_clip import CLIPVisual, FeatureExtractorCLIP

from benchmark.errors import UserError
from benchmark.scoring.extractors import clip
from benchmark.scoring.extractors.catalog import load_extractor
from benchmark.scoring.extractors.clip import WEIGHTS, ClipExtractor, clip_problem, clip_weights, read_weights
from benchmark.scoring.extractors.published_weights import OWN_FOLDER, sha256
from benchmark.scoring.features import extract


class SmallClip(nn.Module):
    """What an archive of CLIP holds, with two blocks of 128 channels on images of 32 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.visual = CLIPVisual(24, 32, 2, 128, 8).visual
        self.text_projection = nn.Parameter(torch.randn(16, 24))
        self.logit_scale = nn.Parameter(torch.ones(()))
        self.transformer = nn.Linear(3, 3)
        self.ln_final = nn.LayerNorm(3)
        self.register_buffer("input_resolution", torch.tensor(32))

    def forward(self, images: Tensor) -> Tensor:
        return self.visual(images) * self.logit_scale.exp()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A TorchScript archive of random weights."""
    path = tmp_path_factory.mktemp("clip") / WEIGHTS.file
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        torch.jit.save(torch.jit.trace(SmallClip().eval(), torch.rand(1, 3, 32, 32)), path)
    return path


@pytest.fixture
def published(archive, monkeypatch):
    """The archive, as if it were what OpenAI published."""
    monkeypatch.setattr(clip, "WEIGHTS", replace(WEIGHTS, sha256=sha256(archive), shapes={"visual.proj": (128, 24)}))
    return archive


@pytest.fixture
def images() -> Tensor:
    return torch.randint(0, 256, (3, 3, 40, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))


def features(path, images: Tensor) -> Tensor:
    with torch.inference_mode():
        (found,) = ClipExtractor("clip-vit-b-32", ["clip"], str(path), cache=False)(images)
    return found


def test_it_is_loaded_by_name(published, images, tmp_path, monkeypatch):
    monkeypatch.setenv(OWN_FOLDER, str(published.parent))
    loaded = load_extractor("clip-vit-b-32", tmp_path, torch.device("cpu"))
    found = extract(loaded, images)
    assert found.logits is None
    torch.testing.assert_close(found.pooled, features(published, images), rtol=1e-4, atol=1e-4)


def test_features_of_the_published_archive_are_torch_fidelitys(published, images):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = FeatureExtractorCLIP("clip-vit-b-32", ["clip"], feature_extractor_weights_path=str(published))
    with torch.inference_mode():
        (expected,) = network(images)
    found = features(published, images)
    assert (found.shape, found.dtype) == ((3, 24), torch.float32)
    assert found.std(0).min() > 0.001
    assert torch.equal(found, expected)


def test_reading_the_archive_warns_of_nothing(published):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_weights(published, clip.WEIGHTS.sha256)["text_projection"].shape == (16, 24)


def test_tensors_alone_give_the_same_features(published, images, tmp_path):
    torch.save(read_weights(published, clip.WEIGHTS.sha256), tmp_path / "own.pt")
    assert torch.equal(features(tmp_path / "own.pt", images), features(published, images))


def test_any_other_archive_is_not_run(archive, tmp_path, monkeypatch):
    with pytest.raises(UserError, match=f"{WEIGHTS.file}: no file of weights .*TorchScript"):
        read_weights(archive, WEIGHTS.sha256)
    monkeypatch.setenv(OWN_FOLDER, str(archive.parent))
    with pytest.raises(UserError, match=f"{WEIGHTS.file}: no file of weights .*TorchScript"):
        clip_weights(tmp_path)


def test_the_archive_and_own_tensors_are_both_found(published, tmp_path, monkeypatch):
    monkeypatch.setenv(OWN_FOLDER, str(published.parent))
    assert clip_problem(tmp_path) is None
    own = tmp_path / "own" / WEIGHTS.file
    own.parent.mkdir()
    torch.save(read_weights(published, clip.WEIGHTS.sha256), own)
    monkeypatch.setenv(OWN_FOLDER, str(own.parent))
    assert (clip_problem(tmp_path), clip_weights(tmp_path)) == (None, own)


def test_expected_shapes_are_those_of_the_network():
    with torch.device("meta"):
        network = CLIPVisual(
            embed_dim=512, image_resolution=224, vision_layers=12, vision_width=768, vision_patch_size=32
        )
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()} | {
        "text_projection": (512, 512)
    }
    assert WEIGHTS.shapes.items() <= shapes.items()


def test_the_file_is_where_torch_fidelity_keeps_it(tmp_path):
    checksum = "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af"
    assert (WEIGHTS.file, WEIGHTS.sha256) == (f"clip-vit-b-32-{checksum}.pt", checksum)
    assert checksum in WEIGHTS.url
    assert f"{tmp_path / 'extractors' / WEIGHTS.file}: the weights of clip-vit-b-32 are missing" in clip_problem(
        tmp_path
    )


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.delenv(OWN_FOLDER, raising=False)
