from pathlib import Path

import pandas as pd

from tools.kills.tables import difference, tables_of

RUNS = "variant,kind,number,fid,train_seconds,score_seconds\nwgan,final,0,{fid},{seconds},1.0\n"
VARIANTS = "variant,fid_mean,train_seconds,score_seconds\nwgan,{fid},{seconds},1.0\n"


def write(root: Path, fid: str, seconds: float) -> dict[str, pd.DataFrame]:
    folder = root / "runs" / "reports" / "killed-1"
    folder.mkdir(parents=True)
    (folder / "runs.csv").write_text(RUNS.format(fid=fid, seconds=seconds), encoding="utf-8")
    (folder / "variants.csv").write_text(VARIANTS.format(fid="10.0", seconds=seconds), encoding="utf-8")
    return tables_of(root)


def test_only_times_may_differ_and_the_last_digit_counts(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "17.280000000000001", 1.0)
    assert difference(one, write(tmp_path / "same", "17.280000000000001", 2.0)) == ""
    told = difference(one, write(tmp_path / "other", "17.280000000000002", 1.0))
    assert told == "runs.csv, row 0, fid: '17.280000000000001' and '17.280000000000002'"


def test_a_row_more_is_a_difference(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "1.0", 1.0)
    more = {name: pd.concat([frame, frame]) for name, frame in one.items()}
    assert difference(one, more) == "runs.csv: (1, 4) and (2, 4)"
