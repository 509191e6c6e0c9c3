"""Weights of a run: written, read back, and refused where they are something else."""

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.records import DISCRIMINATOR_FILE, GENERATOR_FILE, LATENTS_FILE, Assignment
from benchmark.weights import read_generator, write_weights
from ganzoo.catalog import VARIANTS


def networks(variant: str, channels: int, side: int) -> tuple[nn.Module, nn.Module]:
    """Ones that have seen a batch, so that batch norm's averages are not those of the start."""
    torch.manual_seed(3)
    recipe = VARIANTS[variant]
    generator = recipe.architecture.generator(recipe.latent_size, channels, side)
    discriminator = recipe.architecture.discriminator(channels, side)
    discriminator(generator(torch.randn(4, recipe.latent_size)))
    return generator.eval(), discriminator.eval()


def write(folder: Path, variant: str, channels: int = 1, side: int = 8) -> tuple[nn.Module, nn.Module, Tensor]:
    generator, discriminator = networks(variant, channels, side)
    latents = torch.randn(6, VARIANTS[variant].latent_size)
    write_weights(folder, Assignment(variant, "final", 0, 0, {}), (generator, discriminator), latents)
    return generator, discriminator, latents


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_generator_that_was_written_is_read_back(variant: str, tmp_path: Path) -> None:
    generator, discriminator, latents = write(tmp_path, variant)
    saved = read_generator(tmp_path / GENERATOR_FILE)
    assert saved.variant is VARIANTS[variant]
    assert not saved.module.training
    assert torch.equal(load_file(tmp_path / LATENTS_FILE)["latents"], latents)
    assert torch.equal(saved.module(latents), generator(latents))
    stored = load_file(tmp_path / DISCRIMINATOR_FILE)
    assert stored.keys() == discriminator.state_dict().keys()
    assert all(torch.equal(value, stored[name]) for name, value in discriminator.state_dict().items())


def test_the_file_says_what_it_takes_to_build_the_network_again(tmp_path: Path) -> None:
    generator, _, latents = write(tmp_path, "dcgan", channels=3, side=32)
    with safe_open(tmp_path / GENERATOR_FILE, "pt") as file:
        assert file.metadata() == {"variant": "dcgan", "channels": "3", "resolution": "32"}
    images = read_generator(tmp_path / GENERATOR_FILE).module(latents)
    assert images.shape == (6, 3, 32, 32)
    assert torch.equal(images, generator(latents))


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


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.safetensors")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    refused(tmp_path)


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
        (None, "variant"),
        ({"variant": "dcgan"}, "channels"),
        ({"variant": "dcgn", "channels": "1", "resolution": "8"}, "unknown variant 'dcgn': did you mean 'dcgan'?"),
        ({"variant": "dcgan", "channels": "one", "resolution": "8"}, "one"),
        ({"variant": "dcgan", "channels": "1", "resolution": "7"}, "7"),
        ({"variant": "gan-mlp", "channels": "1", "resolution": "8"}, "state_dict"),
    ],
)
def test_other_metadata_is_refused(metadata: dict[str, str] | None, reason: str, tmp_path: Path) -> None:
    write(tmp_path, "dcgan")
    path = tmp_path / GENERATOR_FILE
    save_file(load_file(path), path, metadata=metadata)
    assert reason in refused(path)
