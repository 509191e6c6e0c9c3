"""DINOv2 in torchvision's network, against its own layers written out, in double precision and by its own names."""

import numpy as np
import pytest
import torch
from dinov2_layers import class_tokens, cubic, random_weights, shapes

from benchmark.errors import UserError
from benchmark.scoring.extractors.catalog import load_extractor
from benchmark.scoring.extractors.dinov2 import (
    WEIGHTS,
    Dinov2Extractor,
    dinov2_problem,
    dinov2_weights,
    resized_positions,
    vision_transformer,
)
from benchmark.scoring.features import extract

MEAN, DEVIATION = (torch.tensor(values).view(3, 1, 1) for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))

pytestmark = pytest.mark.usefixtures("own")


@pytest.mark.parametrize("grid", [5, 4])
def test_the_network_is_dinov2(grid):
    weights = random_weights(128, 3, 5)
    images = torch.randn(3, 3, 14 * grid, 14 * grid, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        found = vision_transformer(weights, 14 * grid).eval()(images)
    expected = class_tokens(weights, images)
    assert expected.std(0).mean() > 0.03
    torch.testing.assert_close(found.double(), expected, rtol=1e-4, atol=1e-4)


def test_positions_are_resized_by_cubic_convolution_and_a_tenth_more():
    embedding = torch.randn(1, 1 + 37**2, 2, generator=torch.Generator().manual_seed(0))
    found = resized_positions(embedding, 16)
    places = embedding[0, 1:].view(37, 37, 2).double().numpy()
    at = [(i + 0.5) * 37 / 16.1 - 0.5 for i in range(16)]
    rows = np.stack([cubic(places, place) for place in at])
    expected = np.stack([cubic(rows.transpose(1, 0, 2), place) for place in at], axis=1)
    np.testing.assert_allclose(found[0, 1:].view(16, 16, 2), expected, atol=1e-4)
    assert torch.equal(found[:, 0], embedding[:, 0])
    assert torch.equal(resized_positions(embedding, 37), embedding)


def test_features_are_class_tokens_of_scaled_images(tmp_path):
    weights = random_weights(64, 2, 37)
    torch.save(weights, tmp_path / "small.pth")
    images = torch.randint(0, 256, (2, 3, 224, 224), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    network = Dinov2Extractor("dinov2-vit-b-14", ["dinov2"], str(tmp_path / "small.pth"), cache=False).eval()
    with torch.inference_mode():
        (found,) = network(images)
    assert (found.shape, found.dtype) == ((2, 64), torch.float32)
    expected = class_tokens(weights, (images / 255 - MEAN) / DEVIATION)
    torch.testing.assert_close(found.double(), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.long
def test_a_file_of_the_published_size_loads_whole(tmp_path, own):
    whole = shapes(768, 12, 37)
    assert len(whole) == 175
    # Numbers of the published file, 346,378,731 bytes long.
    assert 4 * sum(int(np.prod(shape)) for shape in whole.values()) == pytest.approx(346_378_731, abs=100_000)
    torch.save({name: torch.full((1,), 0.5).expand(shape) for name, shape in whole.items()}, own / WEIGHTS.file)
    assert dinov2_problem(tmp_path) is None
    loaded = load_extractor("dinov2-vit-b-14", tmp_path, torch.device("cpu"))
    assert not any(parameter.requires_grad for parameter in loaded.network.parameters())
    found = extract(loaded, torch.zeros(1, 1, 8, 8, dtype=torch.uint8))
    assert found.pooled.shape == (1, 768)
    assert found.logits is None


def test_missing_and_other_weights_are_named(tmp_path, own):
    place = tmp_path / "extractors" / "dinov2_vitb14_pretrain.pth"
    assert dinov2_problem(tmp_path).startswith(f"{place}: the weights of dinov2-vit-b-14 are missing")
    torch.save(random_weights(384, 1, 3), own / WEIGHTS.file)
    with pytest.raises(UserError, match="not the weights of dinov2-vit-b-14: expected 'pos_embed' of 1x1370x768"):
        dinov2_weights(tmp_path)
