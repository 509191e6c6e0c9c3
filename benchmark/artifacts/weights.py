"""A run's networks as safetensors, with what it takes to build them again."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.records import DISCRIMINATOR_FILE, GENERATOR_FILE, LATENTS_FILE
from benchmark.tensor_files import read_tensors, write_tensors
from benchmark.training.model import ImageShape, build
from benchmark.training.sampling import Inputs
from ganzoo.registry import find_variant
from ganzoo.variant import Variant


def write_weights(
    folder: Path, variant: Variant, shape: ImageShape, networks: tuple[nn.Module, nn.Module], grid: Inputs
) -> None:
    """Write generator, discriminator and the inputs of the sample grid into a run's folder.

    Args:
        folder: The run's.
        variant: The variant.
        shape: What the networks were built for.
        networks: Generator, as it was scored, and discriminator.
        grid: Latents (N, latent_size), and labels (N,) if the generator is conditional.
    """
    generator, discriminator = networks
    metadata = {"variant": variant.name} | {name: str(value) for name, value in asdict(shape).items()}
    for module, file in ((generator, GENERATOR_FILE), (discriminator, DISCRIMINATOR_FILE)):
        tensors = {name: value.detach().cpu().contiguous() for name, value in module.state_dict().items()}
        write_tensors(folder / file, tensors, metadata)
    named = zip(("latents", "labels"), grid, strict=False)
    write_tensors(folder / LATENTS_FILE, {name: tensor.cpu().contiguous() for name, tensor in named})


@dataclass(frozen=True)
class SavedGenerator:
    """A generator that a run left behind.

    Attributes:
        module: In eval mode, on the CPU.
        variant: The variant that it was trained by.
        shape: What it was built for.
    """

    module: nn.Module
    variant: Variant
    shape: ImageShape

    def inputs(self, latents: Tensor, repeat: int = 1) -> Inputs:
        """What the module is given for latents (N, latent_size); a conditional one gets each class `repeat` times."""
        if not self.variant.architecture.conditional:
            return (latents,)
        return latents, torch.arange(len(latents)) // repeat % self.shape.classes


def read_generator(path: Path) -> SavedGenerator:
    """The generator in a safetensors file that `write_weights` wrote.

    Raises:
        UserError: if the file is missing, broken, or of a variant that the catalog does not know.
    """
    try:
        file = read_tensors(path)
        variant = find_variant(file.metadata["variant"])
        shape = ImageShape(*(int(file.metadata[field.name]) for field in fields(ImageShape)))
        module, _ = build(variant, shape, seed=0)
        module.load_state_dict(file.tensors)
    except (OSError, LookupError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path}: not a generator that a run of this benchmark saved: {reason}") from error
    return SavedGenerator(module.eval(), variant, shape)
