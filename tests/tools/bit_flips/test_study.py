"""The tables of a report, without what a clock decides."""

from pathlib import Path

from benchmark.spec import load_spec
from tools.bit_flips.study import NAME, SPEC, run, tables


def test_tables_are_compared_digit_by_digit_but_for_times(tmp_path: Path) -> None:
    report = tmp_path / "runs" / "reports" / f"{NAME}-1234abcd"
    report.mkdir(parents=True)
    assert tables(tmp_path) == {}
    (report / "runs.csv").write_text("variant,fid,train_seconds\na,1.2345678901234567,3.5\n")
    (report / "variants.csv").write_text("variant,score_seconds,note\na,2,\n")
    assert tables(tmp_path) == {"runs.csv": "variant,fid\na,1.2345678901234567\n", "variants.csv": "variant,note\na,\n"}


def test_what_a_command_says_is_read_wherever_it_is_called_from(tmp_path: Path) -> None:
    """Under pytest, too, which has streams of its own."""
    outcome = run(tmp_path, "report")
    assert (outcome.code, outcome.tables) == (2, {})
    assert outcome.told.startswith(f"ganbench: no study spec '{tmp_path / 'studies' / NAME}.toml': known in ")


def test_the_spec_is_one_whose_pictures_are_prepared(tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.toml"
    path.write_text(SPEC)
    spec = load_spec(str(path), tmp_path)
    assert (spec.dataset, spec.resolution) == ("folder:photos", 8)
    assert spec.budget.rungs == (10, 200)
