"""What a trial costs the parent, over a few trials."""

from pathlib import Path

import pytest

from benchmark.spec import Spec
from tools.performance import parent_cost
from tools.performance.parent_cost import costs

SPEC = Spec.model_validate(
    {
        "name": "s",
        "dataset": "digits",
        "budget": {"discriminator_steps": 50, "rungs": [10, 50]},
        "cohort": {"size": 2},
        "search": {"lr_generator": {"low": 1e-4, "high": 1e-2, "log": True}},
        "score": {"extractor": "digits-cnn", "images": 64, "metrics": ["fid"]},
    }
)


@pytest.mark.long
def test_costs_are_looked_at_where_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(parent_cost, "WINDOW", 2)
    seen = costs(SPEC, "wgan-gp", (4, 8), tmp_path)
    assert [cost.trials for cost in seen] == [4, 8]
    for cost in seen:
        assert 0 < cost.processor_seconds < 10
        assert 0 < cost.seconds < 60
