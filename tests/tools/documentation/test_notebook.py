"""The notebook of the examples: it runs, and what is stored is small and of no machine; and what runs notebooks."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

from tools.documentation.notebook import ROOT, executed

NOTEBOOK = ROOT / "examples/first-hour.ipynb"
MOST_BYTES = 400_000
MOST_LINES = 14  # of a cell


def cells(notebook: Any, kind: str) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in cells(notebook, "code") for output in cell.outputs]


def texts(notebook: Any) -> str:
    """All that is printed and shown as text."""
    found = [output.get("text", "") + str(output.get("data", {}).get("text/plain", "")) for output in outputs(notebook)]
    return "\n".join(found)


@pytest.fixture(scope="module")
def stored() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_small_and_of_no_machine(stored: Any) -> None:
    assert NOTEBOOK.stat().st_size < MOST_BYTES
    assert not re.search(r"(^|[\s'\"])/(home|root|tmp|usr|work|Users)/", texts(stored), re.MULTILINE)
    assert "Warning" not in texts(stored)
    assert "\x1b" not in texts(stored)
    assert stored.metadata.keys() == {"kernelspec"}


def test_every_cell_is_short_and_is_introduced(stored: Any) -> None:
    assert all(len(cell.source.splitlines()) <= MOST_LINES for cell in cells(stored, "code"))
    before = "code"
    unexplained = 0
    for cell in stored.cells:
        unexplained = unexplained + 1 if cell.cell_type == before == "code" else 0
        assert unexplained <= 1
        before = cell.cell_type


def test_it_trains_looks_scores_searches_and_compares(stored: Any) -> None:
    headings = [
        line for cell in cells(stored, "markdown") for line in re.findall(r"^## (.+)$", cell.source, re.MULTILINE)
    ]
    assert headings == ["Train", "Look", "Score", "Search", "Compare", "Where next"]
    assert [output for output in outputs(stored) if output.output_type == "error"] == []
    pictures = [output for output in outputs(stored) if "image/png" in output.get("data", {})]
    assert len(pictures) >= 5
    assert "of 2 variants raced" in texts(stored)
    assert all(cell.execution_count == place for place, cell in enumerate(cells(stored, "code"), 1))


@pytest.mark.long
def test_it_runs_as_it_is_stored(stored: Any, tmp_path: Path) -> None:
    (tmp_path / "studies").symlink_to(ROOT / "studies")
    again = executed(NOTEBOOK, tmp_path)
    assert [cell.source for cell in again.cells] == [cell.source for cell in stored.cells]
    assert [output for output in outputs(again) if output.output_type == "error"] == []
    kinds = [
        [output.output_type for output in cell.outputs if output.output_type != "stream"]
        for cell in cells(again, "code")
    ]
    assert kinds == [
        [output.output_type for output in cell.outputs if output.output_type != "stream"]
        for cell in cells(stored, "code")
    ]
    assert (tmp_path / "runs/mlflow.db").is_file()


def written(folder: Path, *sources: str) -> Path:
    path = folder / "own.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
    return path


def test_a_notebook_runs_where_it_is_told_to(tmp_path: Path) -> None:
    found = executed(written(tmp_path, "import os", "os.getcwd()"), tmp_path)
    (output,) = outputs(found)
    assert output.data["text/plain"] == repr(str(tmp_path.resolve()))
    assert "execution" not in found.cells[0].metadata


def test_a_picture_is_kept_once(tmp_path: Path) -> None:
    found = executed(written(tmp_path, "from PIL import Image; Image.new('RGB', (3, 2))"), tmp_path)
    (output,) = outputs(found)
    assert {*output.data} == {"image/png", "text/plain"}


def test_a_cell_that_raises_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        executed(written(tmp_path, "1 / 0"), tmp_path)
