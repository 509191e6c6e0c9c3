"""A run's networks as safetensors, with what it takes to build them again."""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.records import DISCRIMINATOR_FILE, GENERATOR_FILE, LATENTS_FILE, Assignment
from ganzoo.catalog import find_variant
from ganzoo.variant import Variant


def write_weights(folder: Path, assignment: Assignment, networks: tuple[nn.Module, nn.Module], grid: Tensor) -> None:
    """Write generator, discriminator and the latents of the sample grid into a run's folder.

    Args:
        folder: The run's.
        assignment: Names the variant.
        networks: Generator, as it was scored, and discriminator.
        grid: Latents (N, latent_size).
    """
    generator, discriminator = networks
    with torch.inference_mode():
        channels, resolution = generator(grid[:2]).shape[1:3]
    metadata = {"variant": assignment.variant, "channels": str(channels), "resolution": str(resolution)}
    for module, file in ((generator, GENERATOR_FILE), (discriminator, DISCRIMINATOR_FILE)):
        tensors = {name: value.detach().cpu().contiguous() for name, value in module.state_dict().items()}
        save_file(tensors, folder / file, metadata=metadata)
    save_file({"latents": grid.cpu().contiguous()}, folder / LATENTS_FILE)


@dataclass(frozen=True)
class SavedGenerator:
    """A generator that a run left behind.

    Attributes:
        module: In eval mode, on the CPU.
        variant: The recipe that it was trained by.
    """

    module: nn.Module
    variant: Variant


def read_generator(path: Path) -> SavedGenerator:
    """The generator in a safetensors file that `write_weights` wrote.

    Raises:
        UserError: if the file is missing, broken, or of a variant that the catalog does not know.
    """
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        variant = find_variant(metadata["variant"])
        shape = int(metadata["channels"]), int(metadata["resolution"])
        with torch.random.fork_rng(devices=[]):
            module = variant.architecture.generator(variant.latent_size, *shape)
        module.load_state_dict(tensors)
    except (OSError, SafetensorError, LookupError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path}: not a generator that a run of this benchmark saved: {reason}") from error
    return SavedGenerator(module.eval(), variant)
