"""Checkpoints: one file a member, so that a resumed run need not find its old cohort again."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from benchmark.files import atomic_write
from benchmark.json_records import WITH_NANS, from_json, to_json
from benchmark.records import RungRecord
from benchmark.training.cohort import Cohort, Member

CHECKPOINT_FILE = "checkpoint.safetensors"
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
        for player, owner in (("generator", cohort.stacked.generator), ("discriminator", cohort.stacked.discriminator))
        for name, value in owner.row(position).items()
    }
    with atomic_write(folder / CHECKPOINT_FILE) as unfinished:
        save_file(tensors, unfinished, metadata={"kind": KIND, "progress": to_json(progress)})


def read_progress(folder: Path) -> Progress | None:
    """How far the checkpoint in a folder has come; None where there is none that can be read."""
    try:
        with safe_open(folder / CHECKPOINT_FILE, "pt") as file:
            metadata = file.metadata()
        if metadata["kind"] != KIND:
            return None
        return from_json(Progress, metadata["progress"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        # A run can always start again from its seed, with the same result.
        return None


def restore(folder: Path, cohort: Cohort, member: Member) -> Progress:
    """Bring one member to where its checkpoint left it.

    Raises:
        FileNotFoundError: if there is no checkpoint.
    """
    progress = read_progress(folder)
    if progress is None:
        raise FileNotFoundError(folder / CHECKPOINT_FILE)
    position = cohort.members.index(member)
    with safe_open(folder / CHECKPOINT_FILE, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    for player, owner in (("generator", cohort.stacked.generator), ("discriminator", cohort.stacked.discriminator)):
        rows = {name.removeprefix(f"{player}/"): value for name, value in tensors.items() if name.startswith(player)}
        owner.load_row(position, rows)
    member.resume(progress.steps_done, progress.curves)
    member.train_seconds = progress.train_seconds
    return progress
