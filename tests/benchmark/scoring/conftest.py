import pytest
import torch

from benchmark.datasets.catalog import load_split
from benchmark.scoring.extractors.catalog import LoadedExtractor, load_extractor
from benchmark.spec import Spec

CPU = torch.device("cpu")


@pytest.fixture
def digits_cnn(tmp_path) -> LoadedExtractor:
    return load_extractor("digits-cnn", tmp_path, CPU)


@pytest.fixture
def test_images(tmp_path) -> torch.Tensor:
    """The 450 images (N, 1, 8, 8) of the digits' test split."""
    return load_split("digits", "test", tmp_path).images


@pytest.fixture
def generated(tmp_path) -> torch.Tensor:
    """Imperfect images: 300 validation digits under noise."""
    real = load_split("digits", "validation", tmp_path).images[:300].double()
    noise = torch.randn(real.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return (real + 40 * noise).clamp(0, 255).round().to(torch.uint8)


@pytest.fixture
def spec() -> Spec:
    return Spec.model_validate({"name": "d", "dataset": "digits", "score": {"images": 300}})
