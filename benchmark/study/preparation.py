"""What a study needs to know before its first trial: protocols, the scores of real images and of noise, a real grid."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import ConfigDict

from benchmark.agreement import CrossCheck
from benchmark.digests import check_whole, sealed_json, set_aside
from benchmark.errors import UserError
from benchmark.files import atomic_write, read_file
from benchmark.json_records import WITH_NANS, from_json, to_json
from benchmark.paths import Paths
from benchmark.records import Preparation, Protocol, Split
from benchmark.spec import Spec

if TYPE_CHECKING:  # the zoo imports torch, which a look at what is prepared need not wait for
    from torch import Tensor

    from ganzoo.variant import Variant

GRID_IMAGES = 64
PREPARATION_FILE = "preparation.json"
FLOOR_FILE = "floor.safetensors"  # features, from the measuring until another library has seen them


@dataclass(frozen=True)
class Surroundings:
    """What is kept of a preparation, as JSON.

    Attributes:
        sources: What changes with every byte that scores depend on: of the data set's "content" and of the "weights".
        protocols: As in `Preparation`.
        baseline: As in `Preparation`.
        cross_check: As in `Preparation`; none before `cross_checked`.
        study: Id of the study; "" in files of before.
        images: By split that is trained on or scored against, what changes with every pixel; nothing of large sets,
            which are prepared, and nothing in files of before.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WITH_NANS

    sources: dict[str, str]
    protocols: dict[Split, Protocol]
    baseline: dict[str, dict[str, dict[str, float]]]
    cross_check: CrossCheck | None = None
    study: str = ""
    images: dict[Split, str] = field(default_factory=dict)


def is_prepared(spec: Spec, paths: Paths) -> bool:
    """Whether an earlier sitting measured the surroundings of a study; what cannot be read is measured again."""
    return _kept(spec, paths) is not None


def prepare(spec: Spec, paths: Paths, device: str) -> Preparation:
    """Measure the surroundings of a study, or read what an earlier sitting measured.

    Raises:
        UserError: if data or weights cannot be had, or splits are not what they must be.
    """
    folder = paths.work(spec.study_id)
    kept = _kept(spec, paths)
    if kept is None:
        if (folder / PREPARATION_FILE).exists():
            set_aside(folder / PREPARATION_FILE, "its digest or a field is wrong, or another study's", "measured again")
        kept = _measure(spec, paths, device)
        _keep(kept, folder)
    content = kept.sources["content"]
    return Preparation(kept.protocols, kept.baseline, folder / "real.png", content, kept.cross_check)


def cross_checked(spec: Spec, paths: Paths, device: str) -> CrossCheck:
    """What another library makes of the floor on the final split, measured once a study, after `prepare`.

    That library takes longer to import than everything else that comes before the first run: so it is asked beside
    the first runs.

    Raises:
        UserError: if data or weights cannot be had any more.
    """
    kept, folder = _kept(spec, paths), paths.work(spec.study_id)
    if kept is not None and kept.cross_check is not None:
        return kept.cross_check
    import torch

    from benchmark.datasets.catalog import load_split
    from benchmark.scoring.baseline import floor_images
    from benchmark.scoring.cross_check import cross_check
    from benchmark.scoring.features import read_features
    from benchmark.scoring.scorer import Sample, Scorer

    content, split = _sources(spec, paths)["content"], spec.score.final_split
    train = load_split(spec.dataset, spec.train_split, paths.data, spec.resolution, content)
    scorer = Scorer.for_split(spec.scored_as(split), split, paths.data, paths.cache, torch.device(device), content)
    floor, features = Sample(floor_images(train, scorer.settings.images)), read_features(folder / FLOOR_FILE)
    check = cross_check(scorer.compare([floor])[0] if features is None else scorer.beside(features, floor))
    if kept is not None:
        _keep(replace(kept, cross_check=check), folder)
    (folder / FLOOR_FILE).unlink(missing_ok=True)
    return check


def confirm(spec: Spec, paths: Paths, device: str) -> None:
    """Make sure that a study which goes on has the data and weights that it began with.

    Raises:
        UserError: naming what differs, or if data or weights cannot be had any more.
    """
    before = _kept(spec, paths)
    if before is None:
        return
    sources = _sources(spec, paths)
    if before.sources == sources:
        # The code that makes images is no file of theirs.
        _hold_to(before, _image_digests(spec, paths, sources["content"]), spec)
        return
    # Other files may hold the same images.
    now = _measure(spec, paths, device)
    # A file of an earlier version lacks some fields, which then have their defaults.
    defaults = {field.name: field.default for field in fields(Protocol)}
    for split in before.protocols:
        for name, (value, other) in before.protocols[split].differing(now.protocols[split]).items():
            if value != defaults[name]:
                raise UserError(
                    f"study {spec.study_id}: {name} of the {split} split was {value!r} when it began and is "
                    f"{other!r}: bring back the files that it began with, or give the study another name"
                )
    _hold_to(before, now.images, spec)
    _keep(now, paths.work(spec.study_id))


def _hold_to(before: Surroundings, images: dict[Split, str], spec: Spec) -> None:
    for split, digest in images.items():
        if before.images.get(split, digest) != digest:
            raise UserError(
                f"study {spec.study_id}: the images of the {split} split are others than when it began: bring back "
                f"what data set {spec.dataset!r} was then, or give the study another name"
            )


def _kept(spec: Spec, paths: Paths) -> Surroundings | None:
    """What was kept for a study; None if nothing was, or it cannot be read or is another's."""
    try:
        kept = from_json(Surroundings, check_whole(read_file(paths.work(spec.study_id) / PREPARATION_FILE)))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    is_whole = "content" in kept.sources and {spec.score.search_split, spec.score.final_split} <= kept.protocols.keys()
    return kept if is_whole and kept.study in ("", spec.study_id) else None


def _keep(surroundings: Surroundings, folder: Path) -> None:
    with atomic_write(folder / PREPARATION_FILE) as unfinished:
        unfinished.write_text(sealed_json(to_json(surroundings, indent=1)), encoding="utf-8")


def image_side(spec: Spec, paths: Paths) -> int:
    """Side of the study's images in pixels, found without reading an image or writing a file.

    Raises:
        UserError: if the data set is unknown or a folder that is missing, or has no side of its own and the spec names
            none.
    """
    kept = _kept(spec, paths)
    if kept is not None and spec.score.search_split in kept.protocols:
        return kept.protocols[spec.score.search_split].resolution
    from benchmark.datasets.catalog import check_folder, side_of

    check_folder(spec.dataset)
    return side_of(spec.dataset, spec.resolution)


def check_resolution(spec: Spec, variants: "Sequence[Variant]", paths: Paths) -> None:
    """Refuse variants whose networks do not take images of the study's side; nothing is written.

    Raises:
        UserError: if the data set is unknown; or naming the first such variant and what it takes.
    """
    side = image_side(spec, paths)
    for variant in variants:
        try:
            variant.check_side(side)
        except ValueError as error:
            raise UserError(str(error)) from error


def _sources(spec: Spec, paths: Paths) -> dict[str, str]:
    from benchmark.datasets.catalog import key_of
    from benchmark.scoring.extractors.file_key import file_key

    content = key_of(spec.dataset, spec.resolution, paths.data)
    return {"content": content, "weights": file_key(spec.score.extractor, paths.data)}


def _image_digests(spec: Spec, paths: Paths, content: str) -> dict[Split, str]:
    """By split of a small data set, what changes with every pixel."""
    from benchmark.datasets.catalog import SMALL, load_split
    from benchmark.scoring.reference import image_digest

    found: dict[Split, str] = {}
    for split in dict.fromkeys((spec.train_split, spec.score.search_split, spec.score.final_split)):
        images = load_split(spec.dataset, split, paths.data, spec.resolution, content).images
        if images[:, 0].numel() <= SMALL:
            found[split] = image_digest(images)
    return found


def _measure(spec: Spec, paths: Paths, device_name: str) -> Surroundings:
    # torch-fidelity takes seconds to import; a finished study need not wait for it.
    import torch

    from benchmark.artifacts.grids import write_grid
    from benchmark.datasets.catalog import find_dataset, load_split
    from benchmark.datasets.draw import drawn
    from benchmark.datasets.split_rules import check_splits
    from benchmark.scoring.baseline import baseline, both_ends
    from benchmark.scoring.features import Features, write_features
    from benchmark.scoring.needs import check_extractor
    from benchmark.scoring.scorer import Scorer

    check_extractor(spec.score, find_dataset(spec.dataset).name)  # before anything is downloaded
    device, sources = torch.device(device_name), _sources(spec, paths)
    train = load_split(spec.dataset, spec.train_split, paths.data, spec.resolution, sources["content"])
    write_grid(train.images[drawn(train.labels, GRID_IMAGES)], paths.work(spec.study_id) / "real.png")
    splits = dict.fromkeys((spec.score.search_split, spec.score.final_split))

    def images(split: Split) -> "Tensor":
        return load_split(spec.dataset, split, paths.data, spec.resolution, sources["content"]).images

    check_splits(spec.dataset, spec.train_split, splits, images)
    folders = paths.data, paths.cache
    scorers = {split: Scorer.for_split(spec.scored_as(split), split, *folders, device) for split in splits}
    ends = {split: both_ends(scorer, train) for split, scorer in scorers.items()}
    floor = ends[spec.score.final_split]["floor"]
    write_features(paths.work(spec.study_id) / FLOOR_FILE, Features(floor.generated, floor.logits))
    return Surroundings(
        sources=sources,
        protocols={split: scorer.protocol for split, scorer in scorers.items()},
        baseline={split: baseline(each, spec.score) for split, each in ends.items()},
        study=spec.study_id,
        images=_image_digests(spec, paths, sources["content"]),
    )
