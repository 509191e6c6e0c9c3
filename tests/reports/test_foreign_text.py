"""What an MLflow that others wrote to says, in every file of a report and on the terminal: text and nothing else."""

import re
import tomllib
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from benchmark.cli.report import write_and_print
from benchmark.spec import Spec
from reports.output.write import write_report
from reports.records.load import StudyRecords

MARK = "window.hurt"


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._in_script = tag == "script" and not attrs
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


@pytest.fixture(scope="module")
def folder(hostile: StudyRecords, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    write_report(hostile, folder)
    return folder


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_the_text_is_in_every_file(folder: Path) -> None:
    silent = [file.name for file in folder.glob("*.*") if file.suffix != ".parquet" and "hurt" not in read(file)]
    assert set(silent) <= {"pairs.csv", "importance.csv", "tuning.csv", "answer.csv", "sensitivity.csv"}


def test_the_page_has_no_element_attribute_or_script_of_it(folder: Path) -> None:
    page = Elements(read(folder / "index.html"))
    assert [tag for tag, _ in page.found if tag in ("iframe", "object", "base", "link", "form")] == []
    assert [name for _, attributes in page.found for name in attributes if name.startswith("on")] == []
    assert {(attributes["src"] or "")[:11] for tag, attributes in page.found if tag == "img"} == {"data:image/"}
    assert len(page.scripts) == 3
    assert [script for script in page.scripts if MARK in script] == []
    ids = [attributes["id"] or "" for _, attributes in page.found if "id" in attributes]
    assert all(re.fullmatch(r"[\w.=%+-]+", name) for name in ids)
    assert len(ids) == len(set(ids))


def test_the_page_allows_its_own_scripts_and_no_others(folder: Path) -> None:
    page = Elements(read(folder / "index.html"))
    policy = next(each["content"] for _, each in page.found if each.get("http-equiv") == "Content-Security-Policy")
    own = {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in page.scripts}
    rules = dict(rule.split(" ", 1) for rule in (policy or "").split("; "))
    assert set(rules["script-src"].split()) == own
    assert rules["default-src"] == "'none'"


def test_markdown_shows_it_as_text(folder: Path) -> None:
    text = read(folder / "report.md")
    assert "\x1b" not in text
    rendered = Elements(MarkdownIt("commonmark").enable(["strikethrough", "table"]).render(text))
    allowed = {"h1", "h2", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "a"}
    assert {tag for tag, _ in rendered.found} <= allowed
    assert [each["href"] for tag, each in rendered.found if tag == "a"] == ["index.html"]


def test_latex_prints_it_as_text(folder: Path) -> None:
    text = read(folder / "leaderboard.tex")
    assert r"\input" not in text
    assert r"\frac" not in text
    assert r"\textbackslash{}input\{x\}" in text
    assert "\x1b" not in text


def test_tables_and_the_spec_give_it_back(folder: Path, hostile: StudyRecords) -> None:
    names = set(hostile.variant_names)
    assert (
        set(pd.read_csv(folder / "runs.csv")["variant"])
        == names
        == set(pd.read_csv(folder / "variants.csv")["variant"])
    )
    assert Spec.model_validate(tomllib.loads(read(folder / "spec.toml"))) == hostile.spec


def test_a_terminal_is_not_commanded(hostile: StudyRecords, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_and_print(hostile, tmp_path)
    printed = capsys.readouterr().out
    assert "\\x1b[2J" in printed
    assert "\x1b" not in printed
