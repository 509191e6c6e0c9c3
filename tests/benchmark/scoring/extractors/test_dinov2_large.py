"""FD-DINOv2's features: Pillow's filter, and torchvision's vision transformer with weights that are drawn."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from dinov2_layers import class_tokens, cubic, random_weights, shapes
from PIL import Image
from torch import Tensor, nn
from torchvision.models import VisionTransformer
from torchvision.transforms import functional as pictures

from benchmark.datasets.catalog import LabelledImages
from benchmark.errors import UserError
from benchmark.scoring.against_statistics import against_statistics
from benchmark.scoring.extractors.catalog import EXTRACTORS, find_extractor, load_extractor
from benchmark.scoring.extractors.dinov2_large import (
    DINOV2_LARGE,
    WEIGHTS,
    Dinov2LargeExtractor,
    prepared,
)
from benchmark.scoring.features import extract
from benchmark.scoring.scorer import Sample, Scorer, score
from benchmark.spec import Spec, spec_of

CPU = torch.device("cpu")
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

pytestmark = pytest.mark.usefixtures("own")


def images(count: int, height: int, width: int) -> Tensor:
    draws = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, 3, height, width), dtype=torch.uint8, generator=draws)


def as_published(given: Tensor) -> Tensor:
    """dgm-eval's way over torchvision's transforms of pictures: (N, 3, 224, 224)."""
    found = []
    for image in given:
        picture = Image.fromarray(image.permute(1, 2, 0).numpy())
        picture = pictures.resize(picture, [224, 224], pictures.InterpolationMode.BICUBIC)
        found.append(pictures.normalize(pictures.to_tensor(picture), MEAN, DEVIATION))
    return torch.stack(found)


def of_torchvision(width: int, blocks: int) -> VisionTransformer:
    """A vision transformer of torchvision for 224 pixels, of weights by its own initialisation, no two layers alike."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = VisionTransformer(224, 14, blocks, width // 64, width, 4 * width).eval()
        network.heads = nn.Identity()
        for parameter in network.parameters():
            parameter.data += 0.02 * torch.randn_like(parameter)
    return network.requires_grad_(False)


def by_dinov2s_names(network: VisionTransformer, blocks: int, positions: Tensor) -> dict[str, Tensor]:
    """Its weights as DINOv2 stores them, with layer scales of 0.2 to 2 that the layers before are divided by."""
    of, draws = network.state_dict(), torch.Generator().manual_seed(2)
    width = of["class_token"].shape[-1]
    held = {
        "cls_token": of["class_token"],
        "pos_embed": positions,
        "mask_token": torch.zeros(1, width),
        "patch_embed.proj.weight": of["conv_proj.weight"],
        "patch_embed.proj.bias": of["conv_proj.bias"],
        "norm.weight": of["encoder.ln.weight"],
        "norm.bias": of["encoder.ln.bias"],
    }
    for block in range(blocks):
        theirs, ours = f"encoder.layers.encoder_layer_{block}", f"blocks.{block}"
        names = {"norm1": "ln_1", "norm2": "ln_2", "mlp.fc1": "mlp.0"}
        for kind in ("weight", "bias"):
            held |= {f"{ours}.{name}.{kind}": of[f"{theirs}.{other}.{kind}"] for name, other in names.items()}
            held[f"{ours}.attn.qkv.{kind}"] = of[f"{theirs}.self_attention.in_proj_{kind}"]
        for name, other, scale in (("attn.proj", "self_attention.out_proj", "ls1"), ("mlp.fc2", "mlp.3", "ls2")):
            gamma = 0.2 + 1.8 * torch.rand(width, generator=draws)
            held[f"{ours}.{scale}.gamma"] = gamma
            held[f"{ours}.{name}.weight"] = of[f"{theirs}.{other}.weight"] / gamma.unsqueeze(1)
            held[f"{ours}.{name}.bias"] = of[f"{theirs}.{other}.bias"] / gamma
    return held


def at_fewer_places(positions: Tensor) -> Tensor:
    """Of 37 x 37 places those of 16 x 16, by cubic convolution in NumPy; DINOv2 takes the factor 16.1 / 37."""
    places = positions[0, 1:].unflatten(0, (37, 37)).double().numpy()
    at = [(i + 0.5) * 37 / 16.1 - 0.5 for i in range(16)]
    rows = np.stack([cubic(places, place) for place in at])
    square = np.stack([cubic(rows.transpose(1, 0, 2), place) for place in at], axis=1)
    fewer = torch.from_numpy(square).float().flatten(0, 1).unsqueeze(0)
    return torch.cat([positions[:, :1], fewer], dim=1)


def drawn_positions(width: int) -> Tensor:
    return 0.1 * torch.randn(1, 1 + 37**2, width, generator=torch.Generator().manual_seed(3))


def check_features(folder, network: VisionTransformer, blocks: int, count: int) -> None:
    """Features of a file of weights equal torchvision's own, of Pillow's pictures, to 1e-5."""
    positions = drawn_positions(network.hidden_dim)
    torch.save(by_dinov2s_names(network, blocks, positions), folder / "weights.pth")
    network.encoder.pos_embedding.data = at_fewer_places(positions)
    extractor = Dinov2LargeExtractor(DINOV2_LARGE.name, ["dinov2"], str(folder / "weights.pth"), cache=False).eval()
    given = images(count, 90, 300)
    with torch.inference_mode():
        (found,) = extractor(given)
        expected = network(as_published(given))
    assert (found.shape, found.dtype) == ((count, network.hidden_dim), torch.float32)
    assert expected.std(0).mean() > 0.01
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (224, 224), (90, 300), (260, 231)])
def test_pictures_are_resized_and_normalised_as_torchvision_does_it_by_pillow(height, width):
    given = images(2, height, width)
    torch.testing.assert_close(prepared(given, 224), as_published(given), rtol=0, atol=1e-6)


def test_a_step_from_black_to_white_by_hand():
    """Two pixels become four; with a = -1/2 the weights of white are as in CLIP's test, cut off at 0 and 255 here.

    Black at -1/4 and 1/4: -0.0703125 / 0.796875 is below 0, so 0, and 0.2265625 / 1.09375 of 255 is 52.8, so 53; white
    is what is left of 255: 202 (202.2) and 255.
    """
    step = torch.tensor([0, 255], dtype=torch.uint8).expand(1, 3, 2, 2)
    found = prepared(step, 4)
    for channel in range(3):
        grey = (torch.tensor([0, 53, 202, 255]) / 255 - MEAN[channel]) / DEVIATION[channel]
        torch.testing.assert_close(found[0, channel], grey.expand(4, 4), rtol=0, atol=1e-6)


def test_normalisation_by_hand():
    """A red of 255, a green of 0 and a blue of 51 in pictures of the network's side, which no filter touches."""
    colour = torch.tensor([255, 0, 51], dtype=torch.uint8).view(1, 3, 1, 1).expand(1, 3, 224, 224)
    found = prepared(colour, 224)[0, :, 100, 7]
    assert found.tolist() == pytest.approx([0.515 / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225], rel=1e-5)


def test_features_are_torchvisions_of_pillows_pictures(tmp_path):
    check_features(tmp_path, of_torchvision(128, 3), blocks=3, count=2)


def test_features_are_class_tokens_of_the_layers_written_out(tmp_path):
    weights = random_weights(64, 2, 37)
    torch.save(weights, tmp_path / "small.pth")
    given = images(2, 40, 30)
    network = Dinov2LargeExtractor(DINOV2_LARGE.name, ["dinov2"], str(tmp_path / "small.pth"), cache=False).eval()
    with torch.inference_mode():
        (found,) = network(given)
    torch.testing.assert_close(found.double(), class_tokens(weights, as_published(given)), rtol=1e-3, atol=1e-3)


@pytest.mark.long
def test_features_of_the_large_network_are_torchvisions(tmp_path):
    check_features(tmp_path, of_torchvision(1024, 24), blocks=24, count=2)


@pytest.mark.long
def test_a_file_of_the_published_size_loads_whole(tmp_path, own):
    whole = shapes(1024, 24, 37)
    # Numbers of the published file, 1,217,586,395 bytes long.
    assert 4 * sum(int(np.prod(shape)) for shape in whole.values()) == pytest.approx(1_217_586_395, abs=200_000)
    torch.save({name: torch.full((1,), 0.5).expand(shape) for name, shape in whole.items()}, own / WEIGHTS.file)
    assert DINOV2_LARGE.problem(tmp_path) is None
    found = extract(load_extractor("dinov2-vit-l-14", tmp_path, CPU), torch.zeros(1, 1, 8, 8, dtype=torch.uint8))
    assert found.pooled.shape == (1, 1024)
    assert found.logits is None


def test_expected_shapes_are_those_of_the_network():
    assert WEIGHTS.shapes.items() <= shapes(1024, 24, 37).items()


def test_missing_and_other_weights_are_named(tmp_path, own):
    place = tmp_path / "extractors" / "dinov2_vitl14_pretrain.pth"
    assert DINOV2_LARGE.problem(tmp_path).startswith(f"{place}: the weights of dinov2-vit-l-14 are missing")
    torch.save(random_weights(384, 1, 3), own / WEIGHTS.file)
    with pytest.raises(UserError, match="not the weights of dinov2-vit-l-14: expected 'pos_embed' of 1x1370x1024"):
        DINOV2_LARGE.weights(tmp_path)


def test_it_is_told_apart_from_the_base_network():
    base = find_extractor("dinov2-vit-b-14")
    assert DINOV2_LARGE.resize == "bicubic by Pillow, antialiased, rounded to 8 bits, to 224x224"
    assert (DINOV2_LARGE.name, DINOV2_LARGE.resize) != (base.name, base.resize)


def asked(*overrides: str) -> Spec:
    values = {"name": "a", "dataset": "file:stats.npz", "score": {"extractor": "dinov2-vit-l-14", "images": 100}}
    return spec_of(values, ["score.metrics=fd-dinov2", "score.objective=fd_dinov2", *overrides], "--set")


def test_published_statistics_are_read_and_another_extractor_is_refused(tmp_path, own, monkeypatch):
    """A small network of the same code: its statistics, written by NumPy, score as its images do."""
    published = replace(WEIGHTS, shapes={"norm.weight": (64,)})
    small = replace(DINOV2_LARGE, weights=published.find, problem=published.problem)
    monkeypatch.setitem(EXTRACTORS, "dinov2-vit-l-14", small)
    torch.save(random_weights(64, 1, 37), own / WEIGHTS.file)
    real, ours = images(120, 16, 16), images(100, 16, 16) // 2
    features = extract(load_extractor("dinov2-vit-l-14", tmp_path, CPU), real).pooled.double().numpy()
    np.savez(tmp_path / "stats.npz", mu=features.mean(0), sigma=np.cov(features, rowvar=False))
    given = against_statistics(asked(), tmp_path / "stats.npz", 16, tmp_path, CPU)
    labelled = LabelledImages(real, torch.zeros(120, dtype=torch.int64), 1)
    whole = Scorer.of_images(asked(), "all", labelled, (tmp_path, tmp_path), CPU)
    found, expected = (score(each.compare([Sample(ours)])[0], ("fd-dinov2",)) for each in (given, whole))
    assert found == pytest.approx(expected, rel=1e-6)
    assert found["fd_dinov2"] > 0.1
    with pytest.raises(UserError, match="metric 'fd-dinov2': it is of extractor 'dinov2-vit-l-14' alone, not of 'pix"):
        Scorer.of_images(asked("score.extractor=pixels"), "all", labelled, (tmp_path, tmp_path), CPU)
