from pathlib import Path

import pytest
import vl_convert

from reports.charts import vega
from reports.charts.vega import VEGA_LITE, vega_bundle


def test_the_bundle_defines_what_the_page_calls_and_can_lie_in_a_script_element() -> None:
    bundle = vega_bundle()
    assert "window.vegaEmbed=" in bundle
    assert "</script" not in bundle
    assert len(bundle.encode()) < 1_200_000


def test_the_release_is_one_that_is_carried() -> None:
    assert VEGA_LITE in vl_convert.get_vegalite_versions()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of runs, and a bundle that takes no second to put together."""
    monkeypatch.setenv("GANBENCH_ROOT", str(tmp_path))
    monkeypatch.setattr(vega, "_bundle", iter(["first é", "second"]).__next__)
    (tmp_path / "runs").mkdir()
    return tmp_path


def test_is_kept_beside_other_caches(root: Path) -> None:
    assert [vega_bundle.__wrapped__() for _ in range(2)] == ["first é", "first é"]
    (kept,) = (root / "runs" / "cache").iterdir()
    assert kept.name.startswith("vega-6.4-")


@pytest.mark.parametrize("damage", [lambda text: text[:-1], lambda text: b"", lambda text: b"alert(1)"])
def test_a_damaged_one_is_put_together_again(damage, root: Path) -> None:
    vega_bundle.__wrapped__()
    (kept,) = (root / "runs" / "cache").iterdir()
    kept.write_bytes(damage(kept.read_bytes()))
    assert [vega_bundle.__wrapped__() for _ in range(2)] == ["second", "second"]


def test_no_folder_of_runs_is_made_for_it(root: Path) -> None:
    (root / "runs").rmdir()
    assert vega_bundle.__wrapped__() == "first é"
    assert list(root.iterdir()) == []
