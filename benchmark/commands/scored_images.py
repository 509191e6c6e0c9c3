"""The images that are scored: drawn from a saved generator, or what somebody else made, read a block at a time."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from benchmark.artifacts.weights import SavedGenerator, read_generator
from benchmark.commands.sample import draw
from benchmark.datasets.draw import drawn
from benchmark.datasets.given_images import find_given
from benchmark.datasets.image_files import is_image_file, no_images
from benchmark.datasets.memory import ask_for_memory
from benchmark.datasets.origin import AS_THEY_WERE, Origin, origin_of
from benchmark.errors import UserError
from benchmark.metrics.catalog import BUILT_IN
from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Need
from benchmark.scoring.overlap import fingerprints
from benchmark.scoring.scorer import SMALLEST_SPLIT, Sample, Scorer
from benchmark.spec import Spec

MOST_HELD = 2**28  # bytes of images that are read at once


@dataclass(frozen=True)
class ScoredImages:
    """The images that are scored.

    Attributes:
        name: Where they come from, for messages.
        count: How many.
        shape: (C, H, W) of each.
        origin: What they were before they were brought to this size.
        blocks: All of them (N, C, H, W) uint8, a block at a time.
    """

    name: str
    count: int
    shape: tuple[int, int, int]
    origin: Origin | None
    blocks: Callable[[], Iterable[Tensor]]

    def beside(self, scorer: Scorer, metrics: tuple[str, ...]) -> tuple[Comparison, list[bytes]]:
        """What metrics read of them, and the `fingerprints` of all.

        Many are read a block at a time and not kept, if no metric looks at more than features.

        Raises:
            UserError: if they cannot be read, or this machine has no room for them.
        """
        marks: list[bytes] = []
        blocks, size = _noting(self.blocks(), marks), self.count * math.prod(self.shape)
        if size > MOST_HELD and all(map(_reads_features, metrics)):
            return scorer.compare_blocks(blocks, self.shape), marks
        ask_for_memory(size, f"{self.name}: {self.count:,} images of {list(self.shape)}")
        images, start = torch.empty(self.count, *self.shape, dtype=torch.uint8), 0
        for block in blocks:
            images[start : start + len(block)] = block
            start += len(block)
        return scorer.compare([Sample(images)])[0], marks


def exists(path: Path) -> bool:
    """Whether there is a folder or file.

    Raises:
        UserError: if the name cannot be one, as one that is too long; or if it is neither, as a device or a pipe.
    """
    try:
        found = path.exists()
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    if found and not path.is_dir() and not path.is_file():
        raise UserError(f"{path}: neither a folder nor a file")
    return found


def find_scored(source: Path, spec: Spec, seed: int) -> ScoredImages:
    """What is scored.

    Args:
        source: Pictures in a folder or .zip, an .npy, .npz or .safetensors of uint8 images, or a generator.safetensors.
        spec: Its resolution; with a protocol how many images count, drawn if there are more.
        seed: Of the generator's latents, or of the draw.

    Raises:
        UserError: if images or weights cannot be had, or there are fewer images than the protocol asks for.
    """
    if not exists(source):
        raise UserError(f"{source}: no such folder or file; give images or a generator.safetensors")
    if not is_image_file(source):
        images = draw(_generator(source), spec.score.images, seed)
        _, channels, height, width = images.shape
        origin = origin_of([(width, height)], 0, AS_THEY_WERE)
        return ScoredImages(str(source), len(images), (channels, height, width), origin, lambda: [images])
    given = find_given(source, spec.resolution)
    count = _wanted(source, len(given.source), spec)
    chosen = drawn(given.labels, count, seed).sort().values.numpy()
    shape = given.source.shape[1:]
    return ScoredImages(str(source), count, shape, given.origin, lambda: map(torch.from_numpy, given.source.at(chosen)))


def _generator(source: Path) -> SavedGenerator:
    try:
        return read_generator(source)
    except UserError as error:
        raise UserError(no_images(source) or str(error)) from error


def _wanted(source: Path, count: int, spec: Spec) -> int:
    is_asked = spec.protocol or "images" in spec.score.model_fields_set
    wanted = spec.score.images if is_asked else count
    if count < max(wanted, SMALLEST_SPLIT):
        who = f"protocol {spec.protocol!r}" if spec.protocol else "score.images"
        rule = f"{who} asks for {wanted}" if is_asked else f"at least {SMALLEST_SPLIT} are needed"
        raise UserError(f"{source}: {count} images; {rule}")
    return wanted


def _noting(blocks: Iterable[Tensor], marks: list[bytes]) -> Iterator[Tensor]:
    """The same blocks, while their fingerprints are put down."""
    for block in blocks:
        marks += fingerprints(block)
        yield block


def _reads_features(metric: str) -> bool:
    """Whether a metric is one of ours that looks at no image; of somebody else's nobody knows."""
    return metric in BUILT_IN and Need.GROUND_TRUTH not in BUILT_IN[metric].needs
