"""Files of new images, by the name that a person gives: a sheet, a walk that moves, an array, or single pictures."""

from enum import Enum
from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from benchmark.artifacts.animations import FORMATS, is_animation, write_animation
from benchmark.artifacts.grids import write_grid
from benchmark.commands.sample import walk_frames
from benchmark.errors import UserError
from benchmark.files import atomic_write

COLUMNS = 8  # of a sheet that is no walk
FEWEST_DIGITS = 4  # of the number that a single picture is called by


class Kind(Enum):
    """What is written."""

    SHEET = ".png"
    ARRAY = ".npz"
    PICTURES = "/"
    MOTION = ", ".join(FORMATS)


ALLOWED = (
    "must end in .png (one sheet), in .npz (images that ganbench score reads), in / (a folder of single PNGs), "
    f"or with --walk in {Kind.MOTION.value}"
)


def kind_of(output: str, *, walks: bool, scale: int) -> Kind:
    """What a name asks for.

    Args:
        output: As it was given: a folder ends in a slash, or is there.
        walks: Whether the images are walks, which alone can move.
        scale: How many times images are to be magnified; 0 if nobody said.

    Raises:
        UserError: if it is none of these, or an array is to be magnified.
    """
    path = Path(output)
    if output.endswith("/") or path.is_dir():
        return Kind.PICTURES
    if is_animation(path):
        if not walks:
            raise UserError(f"--output {output!r}: only a walk moves; --walk 100 asks for one")
        return Kind.MOTION
    found = next((kind for kind in (Kind.SHEET, Kind.ARRAY) if kind.value == path.suffix.lower()), None)
    if found is None:
        raise UserError(f"--output {output!r}: {ALLOWED}")
    if found is Kind.ARRAY and scale:
        raise UserError(f"--scale {scale}: pictures are magnified, and an .npz holds images as they are; leave it out")
    return found


def write_drawn(images: Tensor, path: Path, kind: Kind, steps: int, scale: int) -> None:
    """Write new images.

    Args:
        images: (N, C, H, W), uint8.
        path: The file, or the folder, which is there and empty.
        kind: What it is.
        steps: Of a walk, whose rows they are; 0 if they are none.
        scale: How many times pictures are magnified; 0 for what a sheet's size asks for, and not at all elsewhere.
    """
    if kind is Kind.MOTION:
        write_animation(walk_frames(images, steps, scale), path, back=True)
    elif kind is Kind.SHEET:
        write_grid(images, path, steps or COLUMNS, scale)
    elif kind is Kind.ARRAY:
        with atomic_write(path) as unfinished, unfinished.open("wb") as file:
            np.savez(file, images.permute(0, 2, 3, 1).numpy())
    else:
        digits = max(FEWEST_DIGITS, len(str(len(images) - 1)))
        for number, image in enumerate(images):
            with atomic_write(path / f"{number:0{digits}}.png") as unfinished:
                _picture(image, max(1, scale)).save(unfinished, "PNG")


def _picture(image: Tensor, scale: int) -> Image.Image:
    """One image (C, H, W), uint8, grey where it has no colours."""
    pixels = interpolate(image[None], scale_factor=scale, mode="nearest")[0].permute(1, 2, 0).numpy()
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
