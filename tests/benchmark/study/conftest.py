"""A clock for whoever counts."""

import pytest
from counted import Clock

from benchmark.study import progress, tally


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(progress, "monotonic", stopped)
    monkeypatch.setattr(tally, "monotonic", stopped)
    return stopped
