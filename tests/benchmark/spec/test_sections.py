"""Tables of the spec: shares of them, and values that depend on each other."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from benchmark.spec import Budget, CohortSettings, PrunerSettings, SamplerSettings, Score
from benchmark.spec.sections import STORED


def test_a_batch_has_the_study_s_size_or_the_paper_s() -> None:
    assert Budget(batch_size=32).images_a_batch(128) == 32
    assert Budget(batch_size="paper").images_a_batch(128) == 128


@pytest.mark.parametrize("size", [1, 0, "papers", 2.5])
def test_no_other_batch_size_is_taken(size: object) -> None:
    with pytest.raises(ValidationError, match="neither a whole number of 2 or more nor"):
        Budget.model_validate({"batch_size": size})


def test_the_last_update_is_a_rung_and_none_lies_beyond() -> None:
    assert Budget(discriminator_steps=100).rungs == (100,)
    assert Budget(discriminator_steps=100, rungs=(50, 25, 50)).rungs == (25, 50, 100)
    with pytest.raises(ValidationError, match=r"\[101\] must not exceed discriminator_steps 100"):
        Budget(discriminator_steps=100, rungs=(101,))


@pytest.mark.parametrize(
    ("share", "trials", "steps", "rungs"), [(0.5, 4, 500, (125, 500)), (0.01, 1, 10, (2, 10)), (0.0001, 1, 1, (1,))]
)
def test_a_share_of_a_budget(share: float, trials: int, steps: int, rungs: tuple[int, ...]) -> None:
    scaled = Budget(trials=8, discriminator_steps=1000, rungs=(250,)).scaled(share)
    assert (scaled.trials, scaled.discriminator_steps, scaled.rungs) == (trials, steps, rungs)


@pytest.mark.parametrize(("searches", "share", "expected"), [(1, 0.1, 1), (12, 0.5, 6), (12, 0.01, 2), (2, 0.9, 2)])
def test_a_share_of_the_searches_leaves_two_if_there_are_several(searches: int, share: float, expected: int) -> None:
    assert Budget(searches=searches).scaled(share).searches == expected


@pytest.mark.parametrize(("images", "share", "expected"), [(1000, 0.5, 500), (1000, 0.001, 64), (32, 0.5, 32)])
def test_a_share_of_the_images(images: int, share: float, expected: int) -> None:
    assert Score(images=images).scaled(share).images == expected


def test_the_objective_must_be_computed_and_less_of_it_be_better() -> None:
    assert Score(metrics=("kid",), objective="kid").objective == "kid"
    with pytest.raises(ValidationError, match=r"objective 'fid' needs metric 'fid' among metrics \['kid'\]"):
        Score(metrics=("kid",), objective="fid")
    with pytest.raises(ValidationError, match="must be a score of which less is better: 'fid'"):
        Score(objective="inception_score")


def test_a_stored_table_may_name_metrics_that_are_gone() -> None:
    values: dict[str, Any] = {"metrics": ["blur"], "objective": "blur"}
    assert Score.model_validate(values, context=STORED).metrics == ("blur",)
    with pytest.raises(ValidationError, match="unknown metric 'blur'"):
        Score.model_validate(values)


@pytest.mark.parametrize("section", [Budget, CohortSettings, PrunerSettings, SamplerSettings, Score])
def test_tables_are_frozen_and_know_their_keys(section: type[BaseModel]) -> None:
    table = section()
    with pytest.raises(ValidationError, match="frozen"):
        setattr(table, next(iter(section.model_fields)), 1)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        section.model_validate({"nothing": 1})
