"""What tests of workers share."""

from pathlib import Path

import pytest
from pools import task_of

from benchmark.records import TrialConfig
from benchmark.spec import Spec
from benchmark.workers.task import CohortTask
from ganzoo.registry import VARIANTS


@pytest.fixture
def small_task(tiny: Spec, tmp_path: Path) -> CohortTask:
    defaults = VARIANTS["gan-shallow"].defaults.present()
    return task_of(tiny, tmp_path, TrialConfig("gan-shallow", "trial", 0, 1, defaults))
