"""`python -m tools.rubric` on this repository: what it holds itself to."""

from pathlib import Path

import pytest

from tools.rubric import __main__ as command

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    return {name: value for name, value, _ in command.figures(ROOT)}


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("functions of more than 6 parameters", "none"),
        ("ladders over strings", "0"),
        ("a cycle of imports", "none"),
        ("global statements", "0"),
        ("those that do not", "none"),
    ],
)
def test_what_there_is_to_be_none_of(figure: str, value: str, told: dict[str, str]) -> None:
    assert told[figure] == value


def test_sizes_are_within_bounds(told: dict[str, str]) -> None:
    middle, most = map(float, told["lines of a module: median, most"].split(", "))
    assert middle <= 110
    assert most <= 300
    middle, high, _ = map(float, told["lines of a function: median, 95 %, most"].split(", "))
    assert middle <= 12
    assert high <= 40


def test_every_return_is_annotated(told: dict[str, str]) -> None:
    assert told["annotated returns"].startswith("100.0 %")


def test_it_prints_a_line_a_figure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "figures", lambda root: [("ladders over strings", "0", "0"), ("x", "1.4", "3 to 8")])
    command.main()
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["ladders", "over", "strings", "0", "[0]"],
        ["x", "1.4", "[3", "to", "8]"],
    ]
