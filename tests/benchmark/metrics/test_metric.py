"""A metric's fields, as they are made."""

import pytest

from benchmark.metrics.metric import Column, Metric, Need
from ganzoo.slips import FieldError

ROUGHNESS = Column("Roughness", "", lower_is_better=True)


@pytest.mark.parametrize(("lower_is_better", "better"), [(True, "lower"), (False, "higher"), (None, "")])
def test_which_end_is_better(lower_is_better: bool | None, better: str) -> None:
    assert Column("Roughness", "", lower_is_better).better == better


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (
            {"spread": ROUGHNESS, "roughness": "Roughness"},
            "columns['roughness'] = 'Roughness': must be a benchmark.metrics.metric.Column, as in "
            "Column('Label', '', lower_is_better=True)",
        ),
        ("roughness", "columns = 'roughness': must be a dictionary, a benchmark.metrics.metric.Column by name"),
    ],
)
def test_a_column_of_another_kind_is_refused(columns: object, told: str) -> None:
    with pytest.raises(FieldError) as refused:
        Metric("roughness", columns, lambda comparison: {}, "these tests")  # type: ignore[arg-type]
    assert str(refused.value) == f"metric 'roughness': {told}"


def test_what_a_metric_is_unless_it_says_so() -> None:
    metric = Metric("roughness", {"roughness": ROUGHNESS}, lambda comparison: {}, "these tests")
    assert (metric.needs, metric.fewest_images, metric.from_statistics, metric.is_default) == ((), None, False, False)


@pytest.mark.parametrize("needs", ["labels", ("labels",), [Need.LABELS]])
def test_needs_of_another_kind_are_refused(needs: object) -> None:
    told = "must be a tuple of Need.LOGITS, Need.LABELS, Need.TRAIN_IMAGES, Need.GROUND_TRUTH, as in (Need.LABELS,)"
    with pytest.raises(FieldError) as refused:
        Metric("mine", {}, lambda comparison: {}, "these tests", needs=needs)  # type: ignore[arg-type]
    assert str(refused.value).endswith(told)
    assert str(refused.value).startswith("metric 'mine': needs = ")


def test_needs_of_its_kind_are_kept() -> None:
    metric = Metric("mine", {}, lambda comparison: {}, "these tests", needs=(Need.LABELS, Need.LOGITS))
    assert metric.needs == (Need.LABELS, Need.LOGITS)


def test_a_need_of_another_kind_is_told_by_itself() -> None:
    with pytest.raises(FieldError, match=r"^metric 'mine': needs = 'labels': must be a tuple of Need\.LOGITS, "):
        Metric("mine", {}, lambda comparison: {}, "these tests", needs=(Need.LOGITS, "labels"))  # type: ignore[arg-type]


def test_a_column_says_which_end_is_better_by_a_truth_value() -> None:
    with pytest.raises(FieldError) as refused:
        Column("Greys", "", lower_is_better="yes")  # type: ignore[arg-type]
    told = "column 'Greys': lower_is_better = 'yes': must be True, False, or None where neither end is better"
    assert str(refused.value) == told
