"""Writes the pages into a folder, and the options of all commands into the page beside it."""

import argparse
from pathlib import Path

from tools.documentation.commands import with_options
from tools.documentation.pages import pages


def main() -> None:
    """Write every page into the folder that the command line names, which is made if it is not there."""
    parser = argparse.ArgumentParser(prog="python -m tools.documentation", description="Write the pages of the zoo.")
    parser.add_argument("folder", type=Path, help="as in docs/zoo")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    commands = folder.parent / "commands.md"
    if commands.is_file():
        commands.write_text(with_options(commands.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
