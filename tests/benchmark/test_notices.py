import warnings

import pytest

from benchmark.notices import first_of, tell, tell_once, tell_warnings


def test_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    tell("a\nb\x1b[2J: left out")
    assert capsys.readouterr().err == "ganbench: a\\nb\\x1b[2J: left out\n"


def test_the_same_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    for line in ("unlike any other", "unlike any other", "another"):
        tell_once(line)
    assert capsys.readouterr().err == "ganbench: unlike any other\nganbench: another\n"


def test_the_first_and_how_many_more() -> None:
    assert (first_of(["a"]), first_of(["a", "b", "c"])) == ("a", "a and 2 more")


def test_a_library_s_warnings_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        tell_warnings()
        for _ in range(2):
            warnings.warn("Glyph\n  27 is missing", UserWarning, stacklevel=1)
    assert capsys.readouterr().err == "ganbench: Glyph 27 is missing (UserWarning)\n"
