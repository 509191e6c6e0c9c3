"""A clock that stands still, and runs that are counted with it."""

from pathlib import Path

from benchmark.records import Kind, Preparation, Protocol, RungRecord, State, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.workers.task import MemberStep

PROTOCOL = Protocol("digits", 8, "validation", 450, 64, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")
FOLDER = Path()
PREPARATION = Preparation({"validation": PROTOCOL}, {}, FOLDER, "")


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def small_spec(most_seeds: int = 2, trials: int = 3) -> Spec:
    """A variant makes 3 + 2 runs of 100 steps, with a rung half way; its batches are of four trials."""
    budget = {"trials": trials, "discriminator_steps": 100, "rungs": [50]}
    final = {"seeds": 2, "most_seeds": most_seeds}
    return Spec.model_validate({"name": "seen", "dataset": "digits", "budget": budget, "final": final})


def run(variant: str = "dcgan", kind: Kind = "trial", number: int = 0) -> TrialConfig:
    return TrialConfig(variant, kind, number, 0, {})


def record(config: TrialConfig, fid: float = 9.0, state: State = "complete", seconds: float = 0.0) -> TrialRecord:
    rungs, costs = (RungRecord(100, {"fid": fid}, "a.png"),), {"train_seconds": seconds, "score_seconds": seconds / 4}
    return TrialRecord(config, state, PROTOCOL, rungs, costs=costs)


def at(config: TrialConfig, step: int, outputs: tuple[float, float] | None = None) -> MemberStep:
    return MemberStep(config, step, outputs)
