"""The catalog of metrics: what there is, in which order, and what other people's packages may add."""

import subprocess
import sys
from dataclasses import replace

import pytest

from benchmark import metrics
from benchmark.errors import UserError
from benchmark.metrics import catalog
from benchmark.metrics.catalog import (
    BUILT_IN,
    default_metrics,
    find_metric,
    known_metrics,
    known_scores,
    possible_objectives,
    score_column,
)
from benchmark.metrics.fid import FID
from benchmark.metrics.metric import Column
from benchmark.records import COSTS, CURVES
from ganzoo.entry_points import PluginError

# The order of a study's columns, which its files and MLflow's pages have too. One that comes to the zoo may be missing.
BETTER = {
    "fid": True,
    "inception_score": False,
    "inception_score_std": None,
    "kid": True,
    "kid_std": None,
    "precision": False,
    "recall": False,
    "precision_recall_f_score": False,
    "density": False,
    "coverage": False,
    "fid_infinity": True,
    "fid_infinity_error": None,
    "fd_dinov2": True,
    "mind": True,
    "cmmd": True,
    "memorisation": True,
    "memorisation_z": None,
    "classes_covered": False,
    "classes_kl": True,
    "modes": False,
    "modes_kl": True,
    "high_quality": False,
    "manifold_precision": False,
    "manifold_recall": False,
    "manifold_error": True,
}


@pytest.fixture
def with_another(monkeypatch):
    """Puts a metric of somebody else's into the catalog."""

    def add(metric) -> None:
        monkeypatch.setattr(catalog, "merged", lambda word, built_in, group, kind: built_in | {metric.name: metric})
        known_metrics.cache_clear()
        known_scores.cache_clear()

    yield add
    known_metrics.cache_clear()
    known_scores.cache_clear()


def test_columns_say_which_way_is_better_in_the_order_of_tables():
    better = {name: column.lower_is_better for name, column in known_scores().items()}
    assert [(name, way) for name, way in better.items() if name in BETTER] == list(BETTER.items())
    assert list(better) == [column for metric in known_metrics().values() for column in metric.columns]
    assert list(known_metrics())[: len(BUILT_IN)] == list(BUILT_IN)


def test_columns_are_told_apart():
    columns = [*known_scores().values(), *CURVES.values(), *COSTS.values()]
    assert len({column.label for column in columns}) == len(columns)


def test_only_what_chance_cannot_carry_lower_has_a_lower_bound():
    lowest = {name: known_scores()[name].lowest for name in BETTER}
    assert [name for name, bound in lowest.items() if bound is None] == ["kid", "fid_infinity", "memorisation_z"]
    assert [name for name, bound in lowest.items() if bound == 1] == ["inception_score", "classes_covered"]
    assert set(lowest.values()) == {None, 0.0, 1.0}


def test_what_a_study_computes_without_asking():
    assert default_metrics() == ("fid", "inception_score", "kid", "precision_recall")


def test_a_search_minimises_what_is_better_when_lower():
    possible = possible_objectives()
    assert list(possible) == [name for name, column in known_scores().items() if column.lower_is_better]
    assert {name: metric for name, metric in possible.items() if name in BETTER} == {
        "fid": "fid",
        "kid": "kid",
        "fid_infinity": "fid_infinity",
        "fd_dinov2": "fd-dinov2",
        "mind": "mind",
        "cmmd": "cmmd",
        "memorisation": "memorisation",
        "classes_kl": "class_coverage",
        "modes_kl": "known_truth",
        "manifold_error": "known_truth",
    }


@pytest.mark.parametrize("metric", BUILT_IN.values(), ids=lambda metric: metric.name)
def test_every_metric_has_a_citation_and_columns(metric):
    assert find_metric(metric.name) is metric
    assert "arXiv:" in metric.citation or "doi:10." in metric.citation
    assert metric.columns


def test_an_unknown_name_gets_the_nearest_and_all():
    with pytest.raises(UserError) as raised:
        find_metric("fids")
    assert str(raised.value) == f"unknown metric 'fids': did you mean 'fid'? Known: {', '.join(BUILT_IN)}"


def test_an_unknown_score_is_called_by_its_name_and_has_no_direction():
    assert score_column("blur") == Column("blur", "", None)
    assert score_column("fid") is FID.columns["fid"]


def test_other_peoples_metrics_come_last_and_are_never_computed_unasked(with_another):
    with_another(replace(FID, name="blur", columns={"blur": Column("Blur", "", True)}, is_default=True))
    assert list(known_metrics()) == [*BUILT_IN, "blur"]
    assert list(known_scores()) == [*(column for metric in BUILT_IN.values() for column in metric.columns), "blur"]
    assert possible_objectives()["blur"] == "blur"
    assert default_metrics() == ("fid", "inception_score", "kid", "precision_recall")


def test_two_metrics_with_one_column_are_refused(with_another):
    with_another(replace(FID, name="fid_again"))
    with pytest.raises(PluginError) as raised:
        known_scores()
    assert str(raised.value) == "metrics 'fid' and 'fid_again': both have a column 'fid'; rename one"


@pytest.mark.parametrize("column", ["../x", "A", "a b", ""])
def test_a_column_whose_name_is_no_slug_is_refused(with_another, column):
    with_another(replace(FID, name="blur", columns={column: Column("Blur", "", True)}))
    with pytest.raises(PluginError) as raised:
        known_scores()
    assert str(raised.value).startswith(f"metric 'blur': its column {column!r} must be lower-case letters and digits ")


def test_a_metric_in_a_file_that_no_line_imports_is_told(tmp_path, monkeypatch):
    (tmp_path / "blurriness.py").write_text('BLURRINESS = Metric(name="blurriness")\n', encoding="utf-8")
    monkeypatch.setattr(metrics, "__path__", [*metrics.__path__, str(tmp_path)])
    with pytest.raises(UserError) as raised:
        find_metric("blurriness")
    told = "benchmark/metrics/blurriness.py has it, and no line of benchmark/metrics/__init__.py imports that file"
    assert str(raised.value) == f"unknown metric 'blurriness': {told}"


def test_the_catalog_does_without_torch():
    code = (
        "import sys; from benchmark.metrics.catalog import known_scores; known_scores();"
        "sys.exit('torch' in sys.modules or 'torch_fidelity' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
