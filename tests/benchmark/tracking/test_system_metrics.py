"""Samples of this machine, taken for real."""

import time

import psutil
import pytest

from benchmark.errors import UserError
from benchmark.tracking.system_metrics import INTERVAL, sampled, sampling_seconds


def test_it_is_sampled_at_the_pace_that_is_asked_for_and_not_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTERVAL, "0.05")
    told: list[dict[str, float]] = []
    with sampled(told.append):
        deadline = time.monotonic() + 30
        while len(told) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    count = len(told)
    time.sleep(0.2)
    assert len(told) == count >= 3
    first = told[0]
    assert {"system/cpu_utilization_percentage", "system/network_receive_megabytes"} <= first.keys()
    total = psutil.virtual_memory().total / 1e6
    assert 0 < first["system/system_memory_usage_megabytes"] < total
    assert any(values["system/cpu_utilization_percentage"] > 0 for values in told)


def test_what_ends_the_study_ends_the_sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTERVAL, "0.05")
    told: list[dict[str, float]] = []
    with pytest.raises(KeyboardInterrupt), sampled(told.append):
        raise KeyboardInterrupt
    count = len(told)
    time.sleep(0.2)
    assert len(told) == count


def test_the_interval_is_mlflows(monkeypatch: pytest.MonkeyPatch) -> None:
    from mlflow.environment_variables import MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL

    assert MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL.name == INTERVAL
    monkeypatch.delenv(INTERVAL, raising=False)
    assert sampling_seconds() == 10.0
    monkeypatch.setenv(INTERVAL, "2")
    assert sampling_seconds() == 2.0


@pytest.mark.parametrize("text", ["often", "0", "-1", "nan", "inf"])
def test_no_interval_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTERVAL, text)
    with pytest.raises(UserError, match=rf"{INTERVAL} '{text}': must be a number of seconds, more than 0"):
        sampling_seconds()
