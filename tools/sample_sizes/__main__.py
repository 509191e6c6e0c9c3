"""`python -m tools.sample_sizes`: the tables of docs/sample-sizes.md, rank agreement by number of images."""

from collections.abc import Callable
from time import perf_counter
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray

from benchmark.metrics.catalog import find_metric
from benchmark.metrics.comparison import Comparison, RealFeatures, RealSide
from benchmark.spec import Score
from tools.sample_sizes.agreement import agreement
from tools.sample_sizes.generators import Field, digits, gaussians

SIZES = (50, 100, 200, 300, 500, 1000, 2000)
MOST_DRAWS = 10
POOL = 5000
# CMMD is its kernel on the features that there are, brought to length 1: CLIP sees neither these digits nor Gaussians.
METRICS = ("fid", "fid_infinity", "kid", "mind", "cmmd")
NOTHING = torch.zeros(0, 1, 8, 8, dtype=torch.uint8)
ABSENT = ""


def compared(features: torch.Tensor, real: RealFeatures) -> Comparison:
    """Features (N, D) of a sample beside the real ones."""
    side = RealSide(real, NOTHING, torch.zeros(len(real.pooled), dtype=torch.int64), 1)
    return Comparison(features, None, NOTHING, side, Score.model_fields["kid_subset_size"].default)


def measured(field: Field, metric: str, count: int, draws: int) -> tuple[NDArray[np.float64], float] | None:
    """Scores (draws, generators) of disjoint samples of `count` images, and milliseconds a score; None if too few."""
    known = find_metric(metric)
    if known.fewest_images and count < known.fewest_images(field.real.pooled.shape[1]):
        return None
    known.function(compared(field.pools[0][:count], field.real))  # what is computed once
    began = perf_counter()
    scores = [
        [known.function(compared(pool[count * draw :][:count], field.real))[metric] for pool in field.pools]
        for draw in range(draws)
    ]
    return np.array(scores), (perf_counter() - began) * 1000 / (draws * len(field.pools))


def tables(field: Field, sizes: tuple[int, ...], pool: int) -> list[list[list[str]]]:
    """Cells of three tables: agreement with FID of many images, with the score itself of the pool, milliseconds."""
    whole = {metric: measured(field, metric, pool, 1) for metric in METRICS}
    by_fid, by_itself, costs = [], [], []
    for count in sizes:
        found = {metric: measured(field, metric, count, min(MOST_DRAWS, pool // count)) for metric in METRICS}
        by_fid.append([_cell(each, np.array(field.fids)) for each in found.values()])
        itself = zip(found.values(), whole.values(), strict=True)
        by_itself.append([_cell(each, many[0][0] if many else None) for each, many in itself])
        costs.append([f"{each[1]:.0f}" if each else ABSENT for each in found.values()])
    return [by_fid, by_itself, costs]


def _cell(found: tuple[NDArray[np.float64], float] | None, order: NDArray[np.float64] | None) -> str:
    return str(agreement(found[0], order)) if found and order is not None else ABSENT


FIELDS: dict[str, Callable[[int], Field]] = {"digits": digits, "Gaussians": gaussians}
TITLES = ("agreement with FID of many images", "agreement with itself of many images", "milliseconds a score")


def main(pool: Annotated[int, typer.Option(min=100, help="Images a generator to draw samples from.")] = POOL) -> None:
    """Print the tables as Markdown."""
    torch.set_num_threads(1)
    for name, make in FIELDS.items():
        field = make(pool)
        print(f"{name}: " + "; ".join(f"{g} {f:.3g}" for g, f in zip(field.names, field.fids, strict=True)), flush=True)
        sizes = tuple(size for size in SIZES if size <= pool // 2)
        for title, cells in zip(TITLES, tables(field, sizes, pool), strict=True):
            labels = [find_metric(metric).columns[metric].label for metric in METRICS]
            print(f"\n{name}, {title}\n\n| images | {' | '.join(labels)} |\n|{' --- |' * (len(labels) + 1)}")
            for size, row in zip(sizes, cells, strict=True):
                print(f"| {size:,} | {' | '.join(row)} |", flush=True)
        print()


if __name__ == "__main__":
    typer.run(main)
