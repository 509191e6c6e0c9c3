import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_sets import WRITERS, Written


@pytest.fixture(params=list(WRITERS))
def written(request, tmp_path) -> Written:
    """Every data set that torchvision downloads, small."""
    return WRITERS[request.param](tmp_path)


@pytest.fixture
def write(tmp_path) -> Callable[[str], Written]:
    """One of them, by its name."""
    return lambda name: WRITERS[name](tmp_path)
