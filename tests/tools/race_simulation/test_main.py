import numpy as np
import pytest

from tools.race_simulation.__main__ import DESIGNS, holm_design, main
from tools.race_simulation.cases import typical


def test_designs_play_on_their_own_seeds() -> None:
    scores = typical(20, 50, 1)
    left, runs = holm_design(3).play(scores)
    assert left.shape == (20, 19)
    assert runs.tolist() == [57] * 20
    scores[:, :, 3:] = np.nan
    assert (holm_design(3).play(scores)[0] == left).all()


def test_the_table_has_a_row_a_design(capsys: pytest.CaptureFixture[str]) -> None:
    main(races=10)
    head, line, *rows = capsys.readouterr().out.splitlines()
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [design.name for design in DESIGNS]
    assert {row.count("|") for row in (head, line, *rows)} == {11}
