"""A study's work by hand, and the seconds that it takes at the limit."""

from pathlib import Path

import pandas as pd
import pytest
from torch import nn

from benchmark.spec import Spec
from benchmark.training.model import ImageShape, build
from ganzoo.registry import find_variant
from tools.performance import study_limit
from tools.performance.limits import Work
from tools.performance.study_limit import seconds_at_the_limit, work_of_players

BATCH = 8
SPEC = Spec.model_validate({"name": "s", "dataset": "digits", "budget": {"batch_size": BATCH}})


def products(module: nn.Module) -> list[int]:
    """Multiplications of each dense layer for one image, in order."""
    return [layer.in_features * layer.out_features for layer in module.modules() if isinstance(layer, nn.Linear)]


def by_hand() -> tuple[int, int]:
    """Operations of one update of each player of gan-mlp."""
    pair = build(find_variant("gan-mlp"), ImageShape(1, 8, 10), seed=0)
    generator, discriminator = map(products, pair)
    first = sum(generator) + 2 * (3 * sum(discriminator) - discriminator[0])
    second = 3 * sum(generator) - generator[0] + 2 * sum(discriminator)
    return 2 * BATCH * first, 2 * BATCH * second


def test_the_players_updates_by_hand(tmp_path: Path) -> None:
    works = work_of_players("gan-mlp", SPEC, tmp_path)
    assert tuple(work.operations for work in works) == by_hand()


def test_seconds_are_all_updates_at_the_rate_of_the_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study_limit, "limits", lambda device: Work(operations=1e6, moved=1.0))
    monkeypatch.setattr(study_limit, "cores", lambda: 4)
    runs = pd.DataFrame(
        [("gan-mlp", 30, 10), ("gan-mlp", 70, 20)], columns=["variant", "discriminator_steps", "generator_steps"]
    )
    first, second = by_hand()
    expected = (100 * first + 30 * second) / 1e6 / 4
    assert seconds_at_the_limit(runs, SPEC, tmp_path) == pytest.approx(expected)
