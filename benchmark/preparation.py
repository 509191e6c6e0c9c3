"""What a study needs to know before its first trial: protocols, the scores of real images and of noise, a real grid."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.errors import UserError
from benchmark.files import written_whole
from benchmark.paths import Paths
from benchmark.records import Protocol, Split
from benchmark.spec import Spec

if TYPE_CHECKING:  # the zoo imports torch, which a look at what is prepared need not wait for
    from ganzoo.variant import Variant

SPLITS: tuple[Split, ...] = ("validation", "test")
GRID_IMAGES = 64
PREPARATION_FILE = "preparation.json"


@dataclass(frozen=True)
class Preparation:
    """The measured surroundings of a study.

    Attributes:
        protocols: What scores against each split mean.
        baseline: `{split: {"floor" | "noise": scores}}`, with floor the real training images.
        real_grid: A PNG of real images.
    """

    protocols: dict[Split, Protocol]
    baseline: dict[str, dict[str, dict[str, float]]]
    real_grid: Path


def is_prepared(spec: Spec, paths: Paths) -> bool:
    """Whether an earlier sitting measured the surroundings of a study."""
    return (paths.work(spec.study_id) / PREPARATION_FILE).is_file()


def prepare(spec: Spec, paths: Paths, device: str) -> Preparation:
    """Measure the surroundings of a study, or read what an earlier sitting measured.

    Raises:
        UserError: if data or weights cannot be had.
    """
    folder = paths.work(spec.study_id)
    kept = folder / PREPARATION_FILE
    if not is_prepared(spec, paths):
        measured = _measure(spec, paths, device, folder / "real.png")
        with written_whole(kept) as unfinished:
            unfinished.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    values = json.loads(kept.read_text(encoding="utf-8"))
    protocols: dict[Split, Protocol] = {split: Protocol(**values["protocols"][split]) for split in SPLITS}
    return Preparation(protocols, values["baseline"], folder / "real.png")


def image_side(spec: Spec, paths: Paths) -> int:
    """Side of the study's images in pixels, found without reading an image or writing a file.

    Raises:
        UserError: if the data set is unknown.
    """
    kept = paths.work(spec.study_id) / PREPARATION_FILE
    if kept.is_file():
        return int(json.loads(kept.read_text(encoding="utf-8"))["protocols"]["validation"]["resolution"])
    from benchmark.datasets.catalog import find_dataset

    native = find_dataset(spec.dataset).resolution
    return spec.resolution or native


def check_resolution(spec: Spec, variants: "Sequence[Variant]", paths: Paths) -> None:
    """Refuse variants whose networks do not take images of the study's side; nothing is written.

    Raises:
        UserError: if the data set is unknown; or naming the first such variant and what it takes.
    """
    side = image_side(spec, paths)
    for variant in variants:
        allowed = variant.architecture.resolutions
        if side not in allowed:
            sides = ", ".join(map(str, allowed))
            raise UserError(f"variant {variant.name!r}: no images of side {side}; it takes {sides}")


def _measure(spec: Spec, paths: Paths, device_name: str, grid: Path) -> dict[str, object]:
    # torch-fidelity takes seconds to import; a finished study need not wait for it.
    import torch

    from benchmark.datasets.catalog import load_split
    from benchmark.grids import write_grid
    from benchmark.scoring.baseline import baseline
    from benchmark.scoring.scorer import Scorer

    device = torch.device(device_name)
    train = load_split(spec.dataset, "train", paths.data, spec.resolution).images
    write_grid(train[:GRID_IMAGES], grid)
    scorers = {split: Scorer.for_split(spec, split, paths.data, paths.cache, device) for split in SPLITS}
    return {
        "protocols": {split: asdict(scorer.protocol) for split, scorer in scorers.items()},
        "baseline": {split: baseline(scorer, train) for split, scorer in scorers.items()},
    }
