"""Photo patches: small pieces of the two colour photographs that come with scikit-learn; needs no download."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from benchmark.datasets.dataset import Content, Dataset, Labels, Pixels, nothing_missing
from benchmark.errors import UserError
from benchmark.records import Split

PHOTOGRAPHS = ("china.jpg", "flower.jpg")  # 427 rows of 640 pixels each; their order is the labels
SIDE = 16
# A photograph is 7 x 20 blocks without a remainder, each of one split alone, and a patch lies within one: so no pixel
# is in two splits. The steps between patches reach every pixel of a block.
BLOCK = (61, 32)
STEPS = (9, 8)

# Along a row of blocks these five follow each other, two further on in each next row: all splits have their share of
# every part of a photograph. Drawn by chance, their brightness would differ by a quarter: there are few blocks.
PATTERN: tuple[Split, ...] = ("train", "train", "validation", "train", "test")


def read_patches(data: Path, split: Split, side: int) -> Content:
    """Patches (N, 3, 16, 16) of the split's blocks of each photograph, whose number is the label.

    `data` and `side` do not matter. There are 3,024 to train on, 1,008 for validation and 1,008 to test, half of each
    photograph.

    Raises:
        UserError: naming a photograph that cannot be read.
    """
    found = [_patches(_pixels(file), number, split) for number, file in enumerate(photographs())]
    labels: Labels = np.repeat(np.arange(len(found)), [len(patches) for patches in found])
    return Content.of(np.concatenate(found), labels, len(PHOTOGRAPHS))


def photographs() -> tuple[Path, ...]:
    """The files that `sklearn.datasets.load_sample_images` reads; importing that takes every process seconds."""
    package = find_spec("sklearn")
    assert package is not None
    assert package.origin is not None
    return tuple(Path(package.origin).parent / "datasets" / "images" / name for name in PHOTOGRAPHS)


def _pixels(file: Path) -> Pixels:
    """A photograph (427, 640, 3)."""
    try:
        with Image.open(file) as picture:
            return np.asarray(picture.convert("RGB"))
    except OSError as error:  # Pillow's of a damaged file is one, too
        raise UserError(f"{file}: cannot be read ({error}); install scikit-learn again") from error


def _patches(photograph: Pixels, number: int, split: Split) -> Pixels:
    """The patches (N, 3, 16, 16) of a photograph's blocks that are of a split; `number` is where the pattern begins."""
    height, width = BLOCK
    rows, columns = photograph.shape[0] // height, photograph.shape[1] // width
    blocks = photograph.reshape(rows, height, columns, width, 3).swapaxes(1, 2)
    places = (2 * np.arange(rows)[:, None] + np.arange(columns) + number) % len(PATTERN)
    own = blocks[np.array(PATTERN)[places] == split]
    patches = np.lib.stride_tricks.sliding_window_view(own, (SIDE, SIDE), axis=(1, 2))
    return patches[:, :: STEPS[0], :: STEPS[1]].reshape(-1, 3, SIDE, SIDE)


PHOTO_PATCHES = Dataset(
    name="photo-patches",
    resolution=SIDE,
    citation="pieces of china.jpg and flower.jpg, as in scikit-learn's load_sample_images (Pedregosa et al. 2011, "
    "JMLR 12, 2825-2830); no pixel is in two splits",
    files=lambda _: photographs(),
    read=read_patches,
    problem=nothing_missing,
)
