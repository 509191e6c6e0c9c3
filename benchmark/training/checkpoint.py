"""Checkpoints: one file a member, so that a resumed run need not find its old cohort again."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict
from torch import Tensor

from benchmark.digests import DamagedFileError, tell_damaged
from benchmark.json_records import WITH_NANS, from_json, to_json
from benchmark.records import CHECKPOINT_FILE, RungRecord, TrialConfig
from benchmark.tensor_files import TensorFile, read_tensors, write_tensors
from benchmark.training.cohort import Cohort, Member
from benchmark.training.state import Player

# Changes with what a checkpoint holds, and with how random numbers come about. A run whose checkpoint is of another
# kind starts again from its seed, with the same result as ever.
KIND = "2"


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    Attributes:
        steps_done: Discriminator updates.
        rungs: What was measured so far.
        curves: Points by curve.
        train_seconds: Time spent training.
        score_seconds: Time spent sampling and scoring.
    """

    __pydantic_config__: ClassVar[ConfigDict] = WITH_NANS

    steps_done: int
    rungs: tuple[RungRecord, ...]
    curves: dict[str, tuple[tuple[int, float], ...]]
    train_seconds: float
    score_seconds: float


def save(folder: Path, cohort: Cohort, member: Member, progress: Progress) -> None:
    """Write one member's checkpoint into its folder, whole or not at all."""
    position = cohort.members.index(member)
    tensors = {
        f"{player}/{name}": value
        for player, owner in _players(cohort).items()
        for name, value in owner.row(position).items()
    }
    metadata = {"kind": KIND, "run": _run(folder, member.config), "progress": to_json(progress)}
    write_tensors(folder / CHECKPOINT_FILE, tensors, metadata)


def read_progress(folder: Path) -> Progress | None:
    """How far the checkpoint in a folder has come; None where there is none that can be read."""
    try:
        file = read_tensors(folder / CHECKPOINT_FILE)
        return _progress(file) if file.metadata.get("kind") == KIND else None
    except (OSError, ValueError):
        # A run can always start again from its seed, with the same result.
        return None


def fits(folder: Path, cohort: Cohort, member: Member) -> bool:
    """Whether the folder holds a checkpoint that `restore` can take; one that is damaged or another's is removed.

    Its run starts again from its seed, which is said in one line, with the same result.
    """
    path = folder / CHECKPOINT_FILE
    try:
        file = read_tensors(path)
        if file.metadata.get("kind") != KIND:
            return False
        _check(file, cohort, _run(folder, member.config))
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        tell_damaged(path, error, "the run starts again from its seed")
        path.unlink(missing_ok=True)
        return False
    return True


def restore(folder: Path, cohort: Cohort, member: Member) -> Progress:
    """Bring one member to where its checkpoint left it.

    Raises:
        FileNotFoundError: if there is no checkpoint.
    """
    progress = read_progress(folder)
    if progress is None:
        raise FileNotFoundError(folder / CHECKPOINT_FILE)
    position = cohort.members.index(member)
    tensors = read_tensors(folder / CHECKPOINT_FILE).tensors
    for player, owner in _players(cohort).items():
        owner.load_row(position, _rows(tensors, player))
    member.resume(progress.steps_done, progress.curves)
    member.train_seconds = progress.train_seconds
    return progress


def _check(file: TensorFile, cohort: Cohort, own: str) -> None:
    """Raise what says why a file is no checkpoint of a run."""
    _progress(file)
    run = file.metadata.get("run")
    if run not in (None, own):  # an earlier version did not say
        raise DamagedFileError(f"of {run}, not of {own}")
    for player, owner in _players(cohort).items():
        rows = _rows(file.tensors, player)
        for name, value in owner.tensors().items():
            if name not in rows or rows[name].shape != value.shape[1:] or rows[name].dtype != value.dtype:
                raise DamagedFileError(f"its {player}/{name} is not of this network")


def _progress(file: TensorFile) -> Progress:
    return from_json(Progress, file.metadata.get("progress", ""))


def _players(cohort: Cohort) -> dict[str, Player]:
    return {"generator": cohort.stacked.generator, "discriminator": cohort.stacked.discriminator}


def _rows(tensors: dict[str, Tensor], player: str) -> dict[str, Tensor]:
    prefix = f"{player}/"
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _run(folder: Path, config: TrialConfig) -> str:
    return f"{config.label} of {folder.parent.name} with seed {config.seed}"
