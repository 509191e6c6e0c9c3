"""Weights of a run: written, read back, and refused where they are something else."""

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from benchmark.artifacts.weights import SavedGenerator, read_generator, write_weights
from benchmark.errors import UserError
from benchmark.records import DISCRIMINATOR_FILE, GENERATOR_FILE, LATENTS_FILE
from benchmark.training.model import ImageShape
from benchmark.training.sampling import Inputs
from ganzoo.registry import VARIANTS, find_variant
from tools.fuzz.sandbox import peak_memory

TINY = ImageShape(channels=1, resolution=8, classes=10)
COMPOSED = ("mlp+hinge+r1+ema", "resnet-conditional+wasserstein+gp+diffaugment")


def networks(variant: str, shape: ImageShape, inputs: Inputs) -> tuple[nn.Module, nn.Module]:
    """Ones that have seen a batch, so that batch norm's averages are not those of the start."""
    found = find_variant(variant)
    generator, discriminator = found.architecture.networks(
        found.latent_size, shape.channels, shape.resolution, shape.classes
    )
    discriminator(generator(*inputs), *inputs[1:])
    return generator.eval(), discriminator.eval()


def write(folder: Path, variant: str, shape: ImageShape = TINY) -> tuple[nn.Module, nn.Module, Inputs]:
    torch.manual_seed(3)
    found = find_variant(variant)
    labels = (torch.arange(6) % shape.classes,) if found.architecture.conditional else ()
    inputs = (torch.randn(6, found.latent_size), *labels)
    generator, discriminator = networks(variant, shape, inputs)
    write_weights(folder, found, shape, (generator, discriminator), inputs)
    return generator, discriminator, inputs


@pytest.mark.parametrize("variant", [*VARIANTS, *COMPOSED])
def test_a_generator_that_was_written_is_read_back(variant: str, tmp_path: Path) -> None:
    generator, discriminator, inputs = write(tmp_path, variant)
    saved = read_generator(tmp_path / GENERATOR_FILE)
    assert (saved.variant, saved.shape) == (find_variant(variant), TINY)
    assert not saved.module.training
    stored = load_file(tmp_path / LATENTS_FILE)
    assert list(stored) == sorted(["labels", "latents"][-len(inputs) :])
    assert all(torch.equal(stored[name], part) for name, part in zip(("latents", "labels"), inputs, strict=False))
    assert torch.equal(saved.module(*inputs), generator(*inputs))
    weights = load_file(tmp_path / DISCRIMINATOR_FILE)
    assert weights.keys() == discriminator.state_dict().keys()
    assert all(torch.equal(value, weights[name]) for name, value in discriminator.state_dict().items())


@pytest.mark.parametrize(
    ("variant", "metadata"),
    [
        ("dcgan", {"variant": "dcgan", "channels": "3", "resolution": "32", "classes": "4"}),
        ("cgan-pd", {"variant": "cgan-pd", "channels": "3", "resolution": "32", "classes": "4"}),
        ("mlp+hinge+ema", {"variant": "mlp+hinge+ema", "channels": "3", "resolution": "32", "classes": "4"}),
    ],
)
def test_the_file_says_what_it_takes_to_build_the_network_again(
    variant: str, metadata: dict[str, str], tmp_path: Path
) -> None:
    generator, _, inputs = write(tmp_path, variant, ImageShape(channels=3, resolution=32, classes=4))
    with safe_open(tmp_path / GENERATOR_FILE, "pt") as file:
        assert {name: text for name, text in file.metadata().items() if name != "sha256"} == metadata
    images = read_generator(tmp_path / GENERATOR_FILE).module(*inputs)
    assert images.shape == (6, 3, 32, 32)
    assert torch.equal(images, generator(*inputs))


def test_a_conditional_generator_is_given_each_class_in_turn(tmp_path: Path) -> None:
    write(tmp_path, "cgan-pd", ImageShape(channels=1, resolution=8, classes=3))
    saved, latents = read_generator(tmp_path / GENERATOR_FILE), torch.randn(8, 128)
    for repeat, expected in ((1, [0, 1, 2, 0, 1, 2, 0, 1]), (2, [0, 0, 1, 1, 2, 2, 0, 0]), (5, [0] * 5 + [1] * 3)):
        given, labels = saved.inputs(latents, repeat)
        assert given is latents
        assert labels.dtype == torch.int64
        assert labels.tolist() == expected


def test_other_generators_are_given_latents_alone(tmp_path: Path) -> None:
    write(tmp_path, "gan-shallow")
    saved: SavedGenerator = read_generator(tmp_path / GENERATOR_FILE)
    latents = torch.randn(8, 100)
    (given,) = saved.inputs(latents, repeat=2)
    assert given is latents


def test_reading_leaves_the_random_state_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, "gan-shallow")
    before = torch.random.get_rng_state()
    read_generator(tmp_path / GENERATOR_FILE)
    assert torch.equal(torch.random.get_rng_state(), before)


def refused(path: Path) -> str:
    with pytest.raises(UserError) as error:
        read_generator(path)
    message = str(error.value)
    assert message.startswith(f"{path}: not a generator that a run of this benchmark saved: ")
    assert "\n" not in message
    return message


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "none.safetensors", tmp_path / "file" / "none.safetensors"):
        with pytest.raises(UserError) as error:
            read_generator(path)
        assert str(error.value) == f"{path}: no such file; it is to be a generator.safetensors, as runs leave one"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"^{tmp_path}: cannot be read: Is a directory$"):
        read_generator(tmp_path)


@pytest.mark.parametrize("length", [0, 4, 100, 5000])
def test_a_file_that_is_cut_off_is_refused(length: int, tmp_path: Path) -> None:
    write(tmp_path, "gan-shallow")
    path = tmp_path / GENERATOR_FILE
    path.write_bytes(path.read_bytes()[:length])
    refused(path)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    path.write_text("PK\x03\x04 a zip archive, say, from torch.save", encoding="utf-8")
    refused(path)


def test_the_discriminator_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "dcgan")
    refused(tmp_path / DISCRIMINATOR_FILE)


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        (None, "its metadata names no variant"),
        ({"variant": "dcgan"}, "its metadata names no channels"),
        ({"variant": "dcgan", "channels": "1", "resolution": "8"}, "its metadata names no classes"),
        (
            {"variant": "dcgn", "channels": "1", "resolution": "8", "classes": "10"},
            "unknown variant 'dcgn': did you mean 'dcgan'?",
        ),
        ({"variant": "dcgan", "channels": "one", "resolution": "8", "classes": "10"}, "one"),
        ({"variant": "dcgan", "channels": "1", "resolution": "7", "classes": "10"}, "7"),
        (
            {"variant": "mlp+hing", "channels": "1", "resolution": "8", "classes": "10"},
            "variant 'mlp+hing': unknown part 'hing': did you mean 'hinge'?",
        ),
        ({"variant": "gan-mlp", "channels": "1", "resolution": "8", "classes": "10"}, "0.weight is ["),
    ],
)
def test_other_metadata_is_refused(metadata: dict[str, str] | None, reason: str, tmp_path: Path) -> None:
    write(tmp_path, "dcgan")
    path = tmp_path / GENERATOR_FILE
    save_file(load_file(path), path, metadata=metadata)
    assert reason in refused(path)


SOUND = {"variant": "dcgan", "channels": "1", "resolution": "8", "classes": "10"}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"channels": "99999999999999999999"}, "channels = '99999999999999999999' in its metadata: must be 1 or 3"),
        ({"channels": "2"}, "channels = '2' in its metadata: must be 1 or 3"),
        ({"channels": "-1"}, "must be 1 or 3"),
        ({"channels": "\u0661"}, "must be 1 or 3"),
        ({"channels": "9" * 5000}, "must be 1 or 3"),
        ({"channels": ""}, "must be 1 or 3"),
        ({"resolution": "100000"}, "resolution = '100000' in its metadata: must be 1 to 4096"),
        ({"resolution": "0"}, "must be 1 to 4096"),
        ({"resolution": "8\n"}, r"resolution = '8\n' in its metadata"),
        ({"classes": "4294967296"}, "classes = '4294967296' in its metadata: must be 1 to 1,000,000"),
        ({"resolution": "4096"}, "resolution 4096: must be one of 8, "),
        ({"resolution": "64"}, "for ImageShape(channels=1, resolution=64, classes=10) it is "),
        ({"channels": "3"}, "for ImageShape(channels=3, resolution=8, classes=10) it is "),
        ({"variant": "cgan-pd", "classes": "1000000"}, "a generator of cgan-pd has"),
        ({"variant": "\x1b[2J"}, r"'\x1b[2J'"),
    ],
)
def test_metadata_are_looked_at_before_memory_is_taken(changed: dict[str, str], reason: str, tmp_path: Path) -> None:
    write(tmp_path, "dcgan")
    path = tmp_path / GENERATOR_FILE
    save_file(load_file(path), path, metadata=SOUND | changed)
    with peak_memory() as taken:
        assert reason in refused(path)
    assert taken() < 2**27
