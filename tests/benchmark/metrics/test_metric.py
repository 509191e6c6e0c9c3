"""A metric's fields, as they are made."""

import pytest

from benchmark.metrics.metric import Column, Metric
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
