"""Runs a notebook and keeps what it printed: `python -m tools.documentation.notebook examples/first-hour.ipynb`."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
SECONDS = 600  # a cell may take


def executed(path: Path, folder: Path) -> Any:
    """A notebook with the outputs of all its cells, run in a folder.

    Args:
        path: The notebook.
        folder: Where its kernel runs, and finds studies/.

    Returns:
        The notebook, as nbformat has it, without what belongs to this machine.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell raises.
    """
    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook, timeout=SECONDS, record_timing=False, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data:
                data.pop("image/jpeg", None)  # of the same picture
    notebook.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return notebook


def main() -> None:
    """Run the notebook that the command line names, in a folder of its own, and write it again."""
    parser = argparse.ArgumentParser(prog="python -m tools.documentation.notebook", description="Run a notebook.")
    parser.add_argument("notebook", type=Path, help="as in examples/first-hour.ipynb")
    path: Path = parser.parse_args().notebook
    with TemporaryDirectory() as folder:
        (Path(folder) / "studies").symlink_to(ROOT / "studies")
        notebook = executed(path, Path(folder))
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
