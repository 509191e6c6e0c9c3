"""A run's networks as safetensors, with what it takes to build them again."""

from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.plain_text import shown
from benchmark.records import DISCRIMINATOR_FILE, GENERATOR_FILE, LATENTS_FILE
from benchmark.tensor_files import read_tensors, write_tensors
from benchmark.training.model import ImageShape, build
from benchmark.training.sampling import Inputs
from ganzoo.registry import find_variant
from ganzoo.variant import Variant

# What the metadata of a generator may say, and how that is told: images of the spec's sides and colours.
ALLOWED: dict[str, tuple[Container[int], str]] = {
    "channels": ((1, 3), "1 or 3"),
    "resolution": (range(1, 4097), "1 to 4096"),
    "classes": (range(1, 10**6 + 1), "1 to 1,000,000"),
}
MOST_DIGITS = 10


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
    for module, file in zip(networks, (GENERATOR_FILE, DISCRIMINATOR_FILE), strict=True):
        write_network(folder / file, variant, shape, module)
    named = zip(("latents", "labels"), grid, strict=False)
    write_tensors(folder / LATENTS_FILE, {name: tensor.cpu().contiguous() for name, tensor in named})


def write_network(path: Path, variant: Variant, shape: ImageShape, module: nn.Module) -> None:
    """Write one network of a variant, the generator or the other, with what it takes to build it again.

    Args:
        path: The file.
        variant: The variant.
        shape: What the network was built for.
        module: The network.
    """
    metadata = {"variant": variant.name} | {name: str(value) for name, value in asdict(shape).items()}
    tensors = {name: value.detach().cpu().contiguous() for name, value in module.state_dict().items()}
    write_tensors(path, tensors, metadata)


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

    def __repr__(self) -> str:
        shape = self.shape
        return f"<generator of {self.variant.name}: {shape.channels} x {shape.resolution} x {shape.resolution}>"

    def inputs(self, latents: Tensor, repeat: int = 1) -> Inputs:
        """What the module is given for latents (N, latent_size); a conditional one gets each class `repeat` times."""
        if not self.variant.architecture.conditional:
            return (latents,)
        return latents, torch.arange(len(latents)) // repeat % self.shape.classes


def read_generator(path: Path) -> SavedGenerator:
    """The generator in a safetensors file that `write_weights` wrote.

    Raises:
        UserError: if the file is missing, broken, of a variant that the catalog does not know, or holds other weights.
    """
    try:
        file = read_tensors(path)
        shape = _shape(file.metadata)
        variant = find_variant(file.metadata["variant"])
        _check_weights(file.tensors, variant, shape)
        module, _ = build(variant, shape, seed=0)
        module.load_state_dict(file.tensors)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UserError(f"{path}: no such file; it is to be a generator.safetensors, as runs leave one") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (LookupError, ValueError, RuntimeError, TypeError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{path}: not a generator that a run of this benchmark saved: {reason}") from error
    return SavedGenerator(module.eval(), variant, shape)


def _shape(metadata: Mapping[str, str]) -> ImageShape:
    missing = [name for name in ("variant", *ALLOWED) if name not in metadata]
    if missing:
        raise ValueError(f"its metadata names no {missing[0]}")
    for name, (allowed, in_words) in ALLOWED.items():
        text = metadata[name]
        # Digits alone, and few: a number of 5,000 digits is an error of another kind.
        if not (text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS and int(text) in allowed):
            raise ValueError(f"{name} = {shown(text)} in its metadata: must be {in_words}")
    return ImageShape(*(int(metadata[field.name]) for field in fields(ImageShape)))


def _check_weights(tensors: Mapping[str, Tensor], variant: Variant, shape: ImageShape) -> None:
    """Refuse weights that are not those of a generator of this shape, before memory is taken for one."""
    try:
        with torch.device("meta"):
            module, _ = build(variant, shape, seed=0)
    except (RuntimeError, NotImplementedError):
        return  # somebody else's, which computes with its initial weights; ours do not
    for name, expected in module.state_dict().items():
        if name not in tensors:
            raise ValueError(f"it holds no {name!r}, which a generator of {variant.name} has")
        if tensors[name].shape != expected.shape:
            sizes = f"{list(tensors[name].shape)}, and for {shape} it is {list(expected.shape)}"
            raise ValueError(f"{name} is {sizes}")
