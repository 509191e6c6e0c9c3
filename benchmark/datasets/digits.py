"""Handwritten digits of 8x8 pixels that come with scikit-learn: needs no download."""

from pathlib import Path

from benchmark.datasets.dataset import Content, Dataset, nothing_missing
from benchmark.datasets.digits_table import read_digits, table
from benchmark.records import Split

CLASSES = 10


def _read(data: Path, split: Split, side: int) -> Content:
    return Content.of(*read_digits(split), CLASSES)


DIGITS = Dataset(
    name="digits",
    resolution=8,
    citation="Alpaydin and Kaynak 1998, doi:10.24432/C50P49; its test part, as in scikit-learn's load_digits",
    files=lambda _: (table(),),
    read=_read,
    problem=nothing_missing,
)
