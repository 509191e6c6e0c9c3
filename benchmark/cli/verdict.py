"""What a finished study answered: printed, and kept, so that the same command answers at once while nothing changed."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.table import Table

from benchmark.addresses import sqlite_file
from benchmark.cli.console import add_row, answer, print_document, print_table, say
from benchmark.digests import check_whole, sealed_json
from benchmark.files import atomic_write, read_file
from benchmark.json_records import from_json, to_json
from benchmark.paths import Paths
from benchmark.spec import Spec
from ganzoo.entry_points import own_entries, own_packages

VERDICT_FILE = "finished.json"
# What a sitting writes whether or not there is anything to do.
_OF_A_SITTING = (VERDICT_FILE, "holder", "lock")
_PACKAGES = Path(__file__).parents[2]
_OURS = ("ganzoo", "benchmark", "reports")


@dataclass(frozen=True)
class Row:
    """Of the table.

    Attributes:
        cells: In the order of the headings.
        is_variant: Rather than what variants are held against.
    """

    cells: tuple[str, ...]
    is_variant: bool


@dataclass(frozen=True)
class Verdict:
    """What is printed of a report.

    Attributes:
        headings: Of the table.
        rows: Of the table.
        answer: In a sentence or two.
        advice: What would tell more; "" if there is nothing.
        page: The report's file; None if it was not kept.
        document: The same for a program, as JSON.
    """

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    answer: str
    advice: str
    page: str | None
    document: str


@dataclass(frozen=True)
class Kept:
    """A verdict on disk.

    Attributes:
        key: Changes with all that the verdict depends on.
        others: Files of other people's packages that the study's parts are written in.
        verdict: It.
    """

    key: str
    others: tuple[str, ...]
    verdict: Verdict


def print_verdict(verdict: Verdict) -> None:
    """Print a report's table, and its answer under it."""
    table = Table(*verdict.headings, box=None, pad_edge=False, header_style="bold")
    for row in verdict.rows:
        add_row(table, *row.cells, style=None if row.is_variant else "dim")
    print_table(table)
    answer(verdict.answer)
    if verdict.advice:
        say(verdict.advice)
    if verdict.page:
        answer(f"Report: {verdict.page}")
    print_document(json.loads(verdict.document) | {"page": verdict.page})


@dataclass(frozen=True)
class Finished:
    """A study that may have come to its end, as one command names it.

    Attributes:
        spec: The study.
        names: The variants that were asked for.
        places: Where else things are kept: MLflow's address, and Optuna's if it is not the journal.
        paths: Where things lie.
    """

    spec: Spec
    names: Sequence[str]
    places: Sequence[str]
    paths: Paths

    @property
    def _file(self) -> Path:
        return self.paths.work(self.spec.study_id) / VERDICT_FILE

    def verdict(self) -> Verdict | None:
        """The verdict that was kept; None if there is none, or anything that it depends on is not as it was."""
        try:
            kept = from_json(Kept, check_whole(read_file(self._file)))
            return kept.verdict if kept.key == self._key(kept.others) else None
        except (OSError, ValueError):
            return None

    def keep(self, verdict: Verdict, sources: Iterable[str]) -> None:
        """Keep the verdict, where it can be written and all that it depends on can be looked at again.

        Args:
            verdict: Of the whole study, with nothing left to be done.
            sources: Files that its parts are written in, as records have them.
        """
        others = tuple(sorted({path for file in sources if (path := _of_others(file))}))
        with suppress(OSError, ValueError):
            kept = Kept(self._key(others), others, verdict)
            with atomic_write(self._file) as unfinished:
                unfinished.write_text(sealed_json(to_json(kept)), encoding="utf-8")

    def _key(self, others: Sequence[str]) -> str:
        """What changes with the study, its files, MLflow's, the code that made and judged it, and others' packages.

        Raises:
            OSError: if one of the files is not there: a server's cannot be looked at.
            ValueError: if nobody knows where a package lies.
        """
        database = sqlite_file(self.places[0])
        if database is None:
            raise FileNotFoundError(self.places[0])
        told = [
            self.spec.model_dump_json(),
            [*self.names],
            [*self.places],
            sorted(str(each) for each in own_entries()),
            [_stamps_of(package) for package in sorted(own_packages())],
            [_stamp(database), *(_stamp(Path(path)) for path in others)],
            *(_stamps(_PACKAGES / name) for name in _OURS),
            _stamps(self.paths.work(self.spec.study_id)),
            _stamps(self.paths.report(self.spec.study_id)),
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _of_others(file: str) -> str | None:
    """Where a file of somebody else's package lies, by its place from where the package lies; None of one of ours."""
    name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    module = sys.modules.get(name)
    is_ours = name.partition(".")[0] in _OURS
    return str(module.__file__) if isinstance(module, ModuleType) and not is_ours else None


def _stamps_of(package: str) -> list[tuple[str, int, int]]:
    """Of the files of a package that is not imported: who breaks one is told, though this study has no part of it."""
    found = find_spec(package)
    folders = found.submodule_search_locations if found else None
    if folders is not None:
        return [stamp for folder in folders for stamp in _stamps(Path(folder))]
    return [_stamp(Path(str(found.origin)))] if found else []


def _stamps(folder: Path) -> list[tuple[str, int, int]]:
    return sorted(_stamps_below(str(folder)))


def _stamps_below(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _stamps_below(entry.path)
            elif entry.name not in _OF_A_SITTING:
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns


def _stamp(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return str(path), status.st_size, status.st_mtime_ns


def plain(document: Any) -> str:
    """A document for `Verdict`."""
    return json.dumps(document, default=str)
