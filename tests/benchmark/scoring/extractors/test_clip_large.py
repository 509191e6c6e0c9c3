"""CLIP as CMMD has it: small weights of the same network, beside its layers written out and Pillow's filter."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import layer_norm
from torch_fidelity.feature_extractor_clip import CLIPVisual

from benchmark.errors import UserError
from benchmark.scoring.extractors.catalog import find_extractor
from benchmark.scoring.extractors.clip_large import (
    CLIP_LARGE,
    WEIGHTS,
    ClipLargeExtractor,
    prepared,
)

MEAN = np.array([0.48145466, 0.4578275, 0.40821073])
DEVIATION = np.array([0.26862954, 0.26130258, 0.27577711])

pytestmark = pytest.mark.usefixtures("own")


@pytest.fixture
def weights() -> dict[str, Tensor]:
    """Two blocks of 128 channels on images of 28 pixels, rounded as published ones are."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        held = dict(CLIPVisual(24, 28, 2, 128, 7).state_dict())
        held = {name: (value + 0.1 * torch.randn_like(value)).half().float() for name, value in held.items()}
        return held | {"text_projection": torch.randn(16, 24)}


def images(side: int) -> Tensor:
    draws = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (3, 3, side, side + 6), dtype=torch.uint8, generator=draws)


def resized(image: Tensor, side: int) -> np.ndarray:
    """One image (3, H, W) by Pillow's cubic filter, each channel in floats: (3, side, side), of [0, 1]."""
    channels = [Image.fromarray(channel.numpy().astype(np.float32) / 255, mode="F") for channel in image]
    return np.stack([np.asarray(channel.resize((side, side), Image.Resampling.BICUBIC)) for channel in channels])


def embedded(weights: dict[str, Tensor], pixels: Tensor) -> Tensor:
    """What CLIP's paper and code say: images (N, 3, 28, 28) to (N, 24), float64."""
    of = {name.removeprefix("visual."): value.double() for name, value in weights.items()}

    def normalised(x: Tensor, name: str) -> Tensor:
        return layer_norm(x, (128,), of[f"{name}.weight"], of[f"{name}.bias"])

    patches = pixels.unfold(2, 7, 7).unfold(3, 7, 7).permute(0, 2, 3, 1, 4, 5).reshape(len(pixels), 16, 147)
    tokens = patches @ of["conv1.weight"].reshape(128, 147).T
    x = torch.cat([of["class_embedding"].expand(len(pixels), 1, -1), tokens], 1) + of["positional_embedding"]
    x = normalised(x, "ln_pre")
    for name in ("transformer.resblocks.0", "transformer.resblocks.1"):
        inputs = normalised(x, f"{name}.ln_1") @ of[f"{name}.attn.in_proj_weight"].T + of[f"{name}.attn.in_proj_bias"]
        heads = [part.chunk(2, dim=-1) for part in inputs.chunk(3, dim=-1)]
        mixed = torch.cat([(q @ k.transpose(1, 2) / 8).softmax(-1) @ v for q, k, v in zip(*heads, strict=True)], -1)
        x = x + mixed @ of[f"{name}.attn.out_proj.weight"].T + of[f"{name}.attn.out_proj.bias"]
        inner = normalised(x, f"{name}.ln_2") @ of[f"{name}.mlp.c_fc.weight"].T + of[f"{name}.mlp.c_fc.bias"]
        inner = inner / (1 + torch.exp(-1.702 * inner))
        x = x + inner @ of[f"{name}.mlp.c_proj.weight"].T + of[f"{name}.mlp.c_proj.bias"]
    return normalised(x[:, 0], "ln_post") @ of["proj"]


@pytest.mark.parametrize("side", [8, 28, 90])
def test_the_filter_is_pillows_cubic_one_in_floats(side):
    given = images(side)
    found = prepared(given, 28)
    expected = np.stack([(resized(image, 28) - MEAN[:, None, None]) / DEVIATION[:, None, None] for image in given])
    assert found.dtype == torch.float32
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_a_step_from_black_to_white_overshoots_as_worked_by_hand():
    """Two pixels become four, at -1/4, 1/4, 3/4, 5/4 of their places; with a = -1/2 and borders left out.

    At 1/4 their weights are 1 - 2.5 (1/4)^2 + 1.5 (1/4)^3 and, 3/4 away, 1 - 2.5 (3/4)^2 + 1.5 (3/4)^3; at -1/4 they
    are the first and, 5/4 away, 2 - 4 (5/4) + 2.5 (5/4)^2 - 0.5 (5/4)^3, below zero.
    """
    near, far, beyond = 0.8671875, 0.2265625, -0.0703125
    column = [beyond / (near + beyond), far / (near + far), near / (near + far), near / (near + beyond)]
    step = torch.tensor([0, 255], dtype=torch.uint8).expand(1, 3, 2, 2)
    found = prepared(step, 4)
    for channel in range(3):
        expected = (torch.tensor(column, dtype=torch.float64) - MEAN[channel]) / DEVIATION[channel]
        torch.testing.assert_close(found[0, channel].double(), expected.expand(4, 4), rtol=0, atol=1e-5)


def test_features_are_the_papers(weights, tmp_path):
    torch.save(weights, tmp_path / "small.pt")
    network = ClipLargeExtractor("clip-vit-l-14-336px", ["clip"], str(tmp_path / "small.pt"), cache=False).eval()
    given = images(60)
    with torch.inference_mode():
        (found,) = network(given)
    assert (found.shape, found.dtype) == ((3, 24), torch.float32)
    pixels = np.stack([(resized(image, 28) - MEAN[:, None, None]) / DEVIATION[:, None, None] for image in given])
    expected = embedded(weights, torch.from_numpy(pixels))
    assert expected.std(0).mean() > 0.05
    torch.testing.assert_close(found.double(), expected, rtol=1e-4, atol=1e-4)


def test_expected_shapes_are_those_of_the_network():
    with torch.device("meta"):
        network = CLIPVisual(768, 336, 24, 1024, 14)
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items()}
    assert WEIGHTS.shapes.items() <= (shapes | {"text_projection": (768, 768)}).items()


def test_missing_and_other_weights_are_named(weights, tmp_path, own):
    checksum = "3035c92b350959924f9f00213499208652fc7ea050643e8b385c2dac08641f02"
    assert WEIGHTS.file == f"clip-vit-l-14-336px-{checksum}.pt"
    place = tmp_path / "extractors" / WEIGHTS.file
    assert CLIP_LARGE.problem(tmp_path).startswith(f"{place}: the weights of clip-vit-l-14-336px are missing")
    torch.save(weights, own / WEIGHTS.file)
    with pytest.raises(UserError, match=r"not the weights of clip-vit-l-14-336px: expected 'visual.conv1.weight' of"):
        CLIP_LARGE.weights(tmp_path)


def test_it_says_how_it_resizes():
    ours, other = find_extractor("clip-vit-l-14-336px"), find_extractor("clip-vit-b-32")
    assert ours.resize == "bicubic, antialiased, in floats that are not clipped, to 336x336"
    assert ours.resize != other.resize
