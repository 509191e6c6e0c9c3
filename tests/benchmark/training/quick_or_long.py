"""Which of a test's cases `make test` has; `make test-long` has the others."""

from collections.abc import Collection, Sequence
from typing import Any

import pytest


def quick_or_long(cases: Sequence[Any], quick: Collection[Any]) -> list[Any]:
    """The cases, for `pytest.mark.parametrize`; those that are not quick are marked long."""
    assert set(quick) <= set(cases)
    marked = (case if isinstance(case, tuple) else (case,) for case in cases)
    return [
        pytest.param(*values, marks=() if case in quick else pytest.mark.long)
        for case, values in zip(cases, marked, strict=True)
    ]
