from pathlib import Path

import pytest

from benchmark.spec import Spec
from tools.performance.report_cost import report_cost

SPEC = Spec.model_validate(
    {
        "name": "s",
        "dataset": "digits",
        "budget": {"discriminator_steps": 50, "rungs": [10, 50]},
        "cohort": {"size": 2},
        "search": {"lr_generator": {"low": 1e-4, "high": 1e-2, "log": True}},
        "score": {"extractor": "digits-cnn", "images": 64, "metrics": ["fid"]},
        "final": {"seeds": 2, "most_seeds": 2},
    }
)


@pytest.mark.long
def test_a_simulated_study_is_reported_whole(tmp_path: Path) -> None:
    cost = report_cost(SPEC, ["dcgan", "wgan-gp"], 5, tmp_path)
    assert (cost.variants, cost.trials) == (2, 4)
    page = tmp_path / "report" / "index.html"
    assert cost.megabytes == page.stat().st_size / 1e6 < 8
    assert cost.seconds > 0
    text = page.read_text(encoding="utf-8")
    assert "<dt>Trials</dt><dd>4</dd>" in text
    assert "<dt>Final runs</dt><dd>4</dd>" in text
