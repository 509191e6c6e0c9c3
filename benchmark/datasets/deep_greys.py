"""Greys of more than eight bits: one white for all pictures of a data set, so that they keep their ratios."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmark.errors import UserError

EIGHT_BITS = "8 bits"
MODES = ("I;16", "I;16B", "I;16L", "I", "F")  # Pillow's
# The largest values of 8, 10, 12, 14 and 16 bits, in which cameras, scanners and microscopes count.
WHOLE_WHITES = (255.0, 1023.0, 4095.0, 16383.0, 65535.0)
FLOAT_WHITES = (1.0, 255.0)
# Values up to 255 that reach no further are another scale, or labels: they would come out black.
LEAST_OF_255 = 64.0
Values = NDArray[np.uint16] | NDArray[np.int32] | NDArray[np.float32]
INSTEAD = (
    "floats of 0 to 1, whole numbers of 8 to 16 bits, or greys of 8 bits are read; scale them, and save them again"
)


@dataclass(frozen=True)
class Greys:
    """What the values of one picture are.

    Attributes:
        name: Of the picture, for messages.
        is_float: Whether they are floats.
        lowest: Value.
        highest: Value.
    """

    name: str
    is_float: bool
    lowest: float
    highest: float

    @classmethod
    def of(cls, name: str, values: Values) -> "Greys":
        """Those of a picture's values (H, W)."""
        return cls(name, values.dtype.kind == "f", float(values.min()), float(values.max()))


@dataclass(frozen=True)
class White:
    """What becomes 255.

    Attributes:
        value: In deep greys; 0 becomes 0.
        is_float: Whether they are floats.
    """

    value: float
    is_float: bool

    def __str__(self) -> str:
        """In words, for records."""
        return f"{'floats' if self.is_float else 'whole numbers'}, white is {self.value:g}"

    def eight_bits(self, values: Values) -> NDArray[np.uint8]:
        """Greys (H, W) in 8 bits; a row at a time, since floats take eight times as much."""
        grey = np.empty(values.shape, np.uint8)
        for row, rounded in zip(values, grey, strict=True):
            rounded[:] = np.rint(np.clip(row.astype(np.float64), 0, self.value) * (255 / self.value))
        return grey


def white_of(pictures: Iterable[Greys]) -> White | None:
    """The white of a data set: the least that is usual and as large as the largest value of all pictures.

    Returns:
        None if there are no pictures.

    Raises:
        UserError: naming a picture whose values have no usual white: below 0, above 65,535, floats above 1 that are not
            of 255 either, what is no number, or floats beside whole numbers.
    """
    found = list(pictures)
    if not found:
        return None
    kinds = {each.is_float: each.name for each in reversed(found)}
    if len(kinds) > 1:
        raise UserError(f"{kinds[True]}: floats, and {kinds[False]} has whole numbers; save all greys in one way")
    low, high = min(found, key=lambda each: each.lowest), max(found, key=lambda each: each.highest)
    for each in found:
        if not (np.isfinite(each.lowest) and np.isfinite(each.highest)):
            raise UserError(f"{each.name}: holds values that are no numbers; {INSTEAD}")
    whites = FLOAT_WHITES if high.is_float else WHOLE_WHITES
    white = next((value for value in whites if value >= high.highest), 0.0)
    if low.lowest < 0:
        raise UserError(f"{low.name}: has greys down to {low.lowest:g}; {INSTEAD}")
    if not white or (white == WHOLE_WHITES[0] and high.highest < LEAST_OF_255):
        raise UserError(f"{high.name}: has greys up to {high.highest:g}, the most of all pictures; {INSTEAD}")
    return White(white, high.is_float)
