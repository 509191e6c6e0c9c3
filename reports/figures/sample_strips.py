"""Sample grids through training, small enough to lie within the page."""

import io
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from benchmark.metrics.catalog import score_column
from reports.records.load import StudyRecords
from reports.text.formats import decimals_for, fixed

# Of all grids together, before they are written as text, which adds a third.
MOST_BYTES = 3_000_000
_QUALITY = 80

Grids = dict[int, bytes]


@dataclass(frozen=True)
class Strip:
    """The samples of one variant.

    Attributes:
        variant: Whose.
        run: Which run drew them, with its score.
        images: `data:` URIs by step in discriminator updates, first to last.
    """

    variant: str
    run: str
    images: dict[int, str]

    @property
    def last(self) -> str:
        """The images at the end of training."""
        return self.images[max(self.images)]

    @property
    def steps(self) -> str:
        """The steps, with commas between."""
        return ",".join(map(str, self.images))


def sample_strips(records: StudyRecords, order: Sequence[str]) -> list[Strip]:
    """What each variant's shown run drew at each rung.

    Args:
        records: The study.
        order: Variants, in the order of the strips; those without samples are left out.
    """
    shown = [variant for variant in order if variant in records.samples]
    fitted = fit({variant: records.samples[variant] for variant in shown})
    return [
        Strip(name, _run_label(records, name), {step: data_uri(image) for step, image in sorted(fitted[name].items())})
        for name in shown
    ]


def earlier_images(strips: Sequence[Strip]) -> str:
    """The images before the last as JSON, by variant and step: the last ones are on the page already."""
    images = {strip.variant: {s: uri for s, uri in strip.images.items() if uri != strip.last} for strip in strips}
    return json.dumps(images, separators=(",", ":")).replace("<", "\\u003c")


def fit(grids: dict[str, Grids], most: int = MOST_BYTES) -> dict[str, Grids]:
    """The grids in at most so many bytes, if the last ones of all variants fit.

    Where they are too large they are compressed with loss, and then every second step is left out until the rest fits;
    the last steps stay.

    Args:
        grids: PNG by step, by variant.
        most: Bytes.
    """
    if _size(grids) > most:
        grids = {name: {step: _compressed(png) for step, png in own.items()} for name, own in grids.items()}
    while _size(grids) > most and any(len(own) > 1 for own in grids.values()):
        grids = {name: {step: own[step] for step in sorted(own)[::-2]} for name, own in grids.items()}
    return grids


def data_uri(image: bytes) -> str:
    """An image, PNG or WebP, as an address that holds it whole."""
    kind = "png" if image.startswith(b"\x89PNG") else "webp"
    return f"data:image/{kind};base64,{b64encode(image).decode()}"


def _size(grids: dict[str, Grids]) -> int:
    return sum(len(image) for own in grids.values() for image in own.values())


def _compressed(png: bytes) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as grid:
        grid.convert("RGB").save(buffer, "WEBP", quality=_QUALITY)
    return min(buffer.getvalue(), png, key=len)


def _run_label(records: StudyRecords, variant: str) -> str:
    kind, number = records.shown[variant]
    runs = records.runs
    run = runs[(runs["variant"] == variant) & (runs["kind"] == kind) & (runs["number"] == number)].iloc[0]
    if run["state"] != "complete":
        return f"{kind} {number}, {run['state']}"
    score = run[records.ranked_by]
    split = "" if kind == "final" else f" on {records.spec.score.search_split}"
    return f"{kind} {number}, {score_column(records.ranked_by).label} {fixed(score, decimals_for([score]))}{split}"
