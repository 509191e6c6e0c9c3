"""What a study needs to know before its first trial: protocols, the scores of real images and of noise, a real grid."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.agreement import CrossCheck
from benchmark.errors import UserError
from benchmark.files import atomic_write
from benchmark.paths import Paths
from benchmark.records import Preparation, Protocol, Split
from benchmark.spec import Spec

if TYPE_CHECKING:  # the zoo imports torch, which a look at what is prepared need not wait for
    from ganzoo.variant import Variant

GRID_IMAGES = 64
PREPARATION_FILE = "preparation.json"


def is_prepared(spec: Spec, paths: Paths) -> bool:
    """Whether an earlier sitting measured the surroundings of a study."""
    return (paths.work(spec.study_id) / PREPARATION_FILE).is_file()


def prepare(spec: Spec, paths: Paths, device: str) -> Preparation:
    """Measure the surroundings of a study, or read what an earlier sitting measured.

    Raises:
        UserError: if data or weights cannot be had.
    """
    folder = paths.work(spec.study_id)
    if not is_prepared(spec, paths):
        _keep(_measure(spec, paths, device), folder)
    values = _kept(folder)
    protocols: dict[Split, Protocol] = {split: Protocol(**each) for split, each in values["protocols"].items()}
    check = CrossCheck.from_json(json.dumps(values["cross_check"])) if "cross_check" in values else None
    return Preparation(protocols, values["baseline"], folder / "real.png", values["sources"]["content"], check)


def confirm(spec: Spec, paths: Paths, device: str) -> None:
    """Make sure that a study which goes on has the data and weights that it began with.

    Raises:
        UserError: naming what differs, or if data or weights cannot be had any more.
    """
    before = _kept(paths.work(spec.study_id))
    if before["sources"] == _sources(spec, paths):
        return
    # Other files may hold the same images.
    now = _measure(spec, paths, device)
    for split, protocol in before["protocols"].items():
        for name, value in protocol.items():
            if (other := now["protocols"][split][name]) != value:
                raise UserError(
                    f"study {spec.study_id}: {name} of the {split} split was {value!r} when it began and is {other!r}: "
                    "bring back the files that it began with, or give the study another name"
                )
    _keep(now, paths.work(spec.study_id))


def _kept(folder: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((folder / PREPARATION_FILE).read_text(encoding="utf-8"))
    return values


def _keep(values: dict[str, Any], folder: Path) -> None:
    with atomic_write(folder / PREPARATION_FILE) as unfinished:
        unfinished.write_text(json.dumps(values, indent=1), encoding="utf-8")


def image_side(spec: Spec, paths: Paths) -> int:
    """Side of the study's images in pixels, found without reading an image or writing a file.

    Raises:
        UserError: if the data set is unknown, or has no side of its own and the spec names none.
    """
    if is_prepared(spec, paths):
        return int(_kept(paths.work(spec.study_id))["protocols"][spec.score.search_split]["resolution"])
    from benchmark.datasets.catalog import side_of

    return side_of(spec.dataset, spec.resolution)


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


def _sources(spec: Spec, paths: Paths) -> dict[str, str]:
    """What changes with every byte that scores depend on: of the data set's files and the extractor's weights."""
    from benchmark.datasets.catalog import key_of
    from benchmark.scoring.extractors.file_key import file_key

    content = key_of(spec.dataset, spec.resolution, paths.data)
    return {"content": content, "weights": file_key(spec.score.extractor, paths.data)}


def _measure(spec: Spec, paths: Paths, device_name: str) -> dict[str, Any]:
    # torch-fidelity takes seconds to import; a finished study need not wait for it.
    import torch

    from benchmark.artifacts.grids import write_grid
    from benchmark.datasets.catalog import load_split
    from benchmark.scoring.baseline import baseline, both_ends
    from benchmark.scoring.cross_check import cross_check
    from benchmark.scoring.scorer import Scorer

    device, sources = torch.device(device_name), _sources(spec, paths)
    train = load_split(spec.dataset, spec.train_split, paths.data, spec.resolution, sources["content"]).images
    write_grid(train[:GRID_IMAGES], paths.work(spec.study_id) / "real.png")
    splits = dict.fromkeys((spec.score.search_split, spec.score.final_split))
    folders = paths.data, paths.cache
    scorers = {split: Scorer.for_split(spec.scored_as(split), split, *folders, device) for split in splits}
    ends = {split: both_ends(scorer, train) for split, scorer in scorers.items()}
    return {
        "sources": sources,
        "protocols": {split: asdict(scorer.protocol) for split, scorer in scorers.items()},
        "baseline": {split: baseline(each, spec.score) for split, each in ends.items()},
        "cross_check": asdict(cross_check(ends[spec.score.final_split]["floor"])),
    }
