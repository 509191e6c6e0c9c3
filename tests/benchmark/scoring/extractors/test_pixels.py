"""The image itself as features."""

from pathlib import Path

import pytest
import torch

from benchmark.scoring.extractors.pixels import FEATURES, NAME, PixelsExtractor, no_weights


@pytest.fixture
def extractor() -> PixelsExtractor:
    return PixelsExtractor(NAME, [str(FEATURES)])


def test_an_image_of_eight_pixels_is_its_own_features(extractor: PixelsExtractor) -> None:
    images = torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    (features,) = extractor(images)
    assert features.dtype == torch.float64
    torch.testing.assert_close(features, images.flatten(1).double() / 127.5 - 1, rtol=0, atol=1e-6)


def test_a_larger_image_is_averaged_over(extractor: PixelsExtractor) -> None:
    # Left half black, right half white: far from the border a reduced pixel has one colour.
    images = torch.zeros(1, 3, 64, 64, dtype=torch.uint8)
    images[..., 32:] = 255
    (features,) = extractor(images)
    small = features.view(3, 8, 8)
    assert torch.equal(small[..., :3], torch.full((3, 8, 3), -1.0, dtype=torch.float64))
    assert torch.equal(small[..., 5:], torch.full((3, 8, 3), 1.0, dtype=torch.float64))
    assert small.mean().item() == pytest.approx(0, abs=1e-6)


def test_needs_no_weights_and_has_one_layer(tmp_path: Path, extractor: PixelsExtractor) -> None:
    assert no_weights(tmp_path) is None
    assert extractor.get_provided_features_list() == ("192",)
    assert extractor.get_default_feature_layer_for_metric("fid") == "192"
    assert not extractor.can_be_compiled()
