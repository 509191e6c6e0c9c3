"""Steps a second of both sides, over a moment."""

from pathlib import Path

import pytest

from benchmark.spec import Spec
from benchmark.training.cohort import Cohort
from tools.performance import throughput
from tools.performance.plain_loop import PlainLoop
from tools.performance.throughput import Machine, steps_per_second

SPEC = Spec.model_validate({"name": "s", "dataset": "digits", "budget": {"batch_size": 8}})


@pytest.mark.parametrize(("side", "builder"), [("plain", "_plain"), ("processes", "_plain"), ("ganbench", "cohort_of")])
def test_counts_what_the_side_trained(side: str, builder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: list[PlainLoop | Cohort] = []
    build = getattr(throughput, builder)

    def remember(*arguments: object) -> PlainLoop | Cohort:
        made.append(build(*arguments))
        return made[0]

    ticks = iter([0.0, 0.5, 1.5, 2.5])
    monkeypatch.setattr(throughput, builder, remember)
    monkeypatch.setattr(throughput, "WARM_UP_STEPS", 4)
    monkeypatch.setattr(throughput, "perf_counter", lambda: next(ticks))
    # Two bursts of ten end by the time that the window of two seconds is found to be over.
    assert steps_per_second(side, SPEC, "dcgan", Machine(tmp_path, "cpu", 4)) == pytest.approx(20 / 2.5)
    (trained,) = [made[0]] if isinstance(made[0], PlainLoop) else made[0].members
    assert trained.steps_done == 4 + 20
