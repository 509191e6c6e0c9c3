"""docs/architecture.md against the tree, the import contracts and the groups of entry points."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from benchmark.datasets.catalog import known_datasets
from benchmark.metrics.catalog import known_metrics
from benchmark.scoring.extractors.catalog import known_extractors
from ganzoo import entry_points, registry

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PACKAGES = ("ganzoo", "benchmark", "reports", "tools")
CONTRACTS = {"The house": "The house:", "The zoo": "The zoo:", "The report": "The report:"}
# What is made when a study runs, and what stands for any name.
NOT_IN_THE_TREE = ("runs/", "my/", "STUDY_ID/")


def section(heading: str) -> str:
    """The text below a heading, up to the next one."""
    return re.split(r"\n#+ ", TEXT.split(f"# {heading}\n", 1)[1])[0]


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    lines = [line for line in section(heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def paths() -> list[str]:
    """Every path that is named, a placeholder's folder in its place."""
    named = [each for each in quoted(TEXT) if re.fullmatch(r"[\w.-]*(/[\w.-]*)+", each)]
    return sorted({each.partition("NAME")[0] for each in named if not each.startswith(NOT_IN_THE_TREE)})


def exists(dotted: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    parts = dotted.split(".")
    try:
        found = import_module(".".join(parts[:-1])) if parts[-1][0].isupper() else import_module(dotted)
    except ModuleNotFoundError:
        found = import_module(".".join(parts[:-1]))
        return hasattr(found, parts[-1])
    return hasattr(found, parts[-1]) if parts[-1][0].isupper() else True


def test_is_one_page() -> None:
    assert len(TEXT.splitlines()) <= 150


def test_every_path_exists() -> None:
    assert len(paths()) > 60
    assert [path for path in paths() if not (ROOT / path).exists()] == []


def test_every_folder_of_the_packages_is_named() -> None:
    homes = [file.parent.relative_to(ROOT) for name in PACKAGES for file in sorted((ROOT / name).rglob("__init__.py"))]
    named = {name.rstrip("/").replace("/", ".") for name in quoted(TEXT)}
    assert [str(home) for home in homes if len(home.parts) > 1 and ".".join(home.parts) not in named] == []


def test_every_dotted_name_is_there() -> None:
    dotted = [each for each in quoted(TEXT) if re.fullmatch(r"(ganzoo|benchmark|reports)(\.\w+)+", each)]
    assert len(dotted) > 40
    assert [each for each in dotted if not exists(each)] == []


@pytest.mark.parametrize("heading", CONTRACTS)
def test_its_floors_are_those_that_import_linter_holds(heading: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each["name"].startswith(CONTRACTS[heading])]
    assert [quoted(row[0]) for row in rows(heading)] == [
        [name.strip() for name in layer.split("|")] for layer in layers
    ]


def test_the_way_from_spec_to_report_takes_eight_files_at_most() -> None:
    way = [quoted(row[1]) for row in rows("From a study spec to the report")]
    assert 0 < len(way) <= 8
    assert all(len(files) == 1 for files in way)


def test_each_way_to_follow_takes_eight_files_at_most_and_names_what_is_in_them() -> None:
    ways = section("Four ways to follow").split("\n- ")[1:]
    assert len(ways) == 4
    for way in ways:
        steps = re.findall(r"`([\w/]+\.py)`\s+\(`(\w+)`[;)]", way)
        assert way.count(".py`") == len(steps) <= 8
        for file, name in steps:
            code = (ROOT / file).read_text(encoding="utf-8")
            assert re.search(rf"^ *(def|class) {name}\b|^{name}\b", code, re.M), (file, name)


def test_what_is_added_from_outside_goes_by_the_groups_that_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def found(group: str, kind: type) -> dict[str, object]:
        asked.append(group)
        return {}

    monkeypatch.setattr(entry_points, "_found", found)
    kept = (registry.known_parts, registry.known_variants, known_metrics)
    for look in (*(each.__wrapped__ for each in kept), known_datasets, known_extractors):
        look()
    groups = [row[3].strip("`") for row in rows("Where to add what") if re.fullmatch(r"`\w+\.\w+`", row[3])]
    assert sorted(groups) == sorted(asked)


def test_every_row_of_what_to_add_names_its_file_and_the_line_s_file() -> None:
    table = rows("Where to add what")
    assert len(table) >= 14
    for thing, file, line, _ in table:
        home = quoted(file)
        assert thing.startswith("callback") or (ROOT / home[-1].partition("NAME")[0]).exists(), thing
        assert line in ("none", "the same") or (ROOT / quoted(line)[0]).is_file(), thing
