"""Parts in files of the zoo that no catalog imports: whoever wrote one forgot its line."""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

from ganzoo.definitions import file_of


def unlisted(name: str, package: ModuleType) -> str:
    """What is told of a name that a file of a package gives, where the package does not import that file.

    Nothing is imported.

    Args:
        name: By which something is asked for, that is unknown.
        package: That lists parts, as `ganzoo.losses`, or a module that does, as `benchmark.datasets.built_in`.

    Returns:
        As in "ganzoo/losses/margin.py has it, and no line of ganzoo/losses/__init__.py imports that file", or that none
        imports the part from it; "" if no such file names it.
    """
    written = re.compile(rf"""(?:\bname\s*=|\()\s*(["']){re.escape(name)}\1""")
    return _of_file(written, package, lambda found: any(getattr(each, "name", None) == name for each in found.values()))


def unlisted_name(name: str, package: ModuleType) -> str:
    """The same of a name in Python, as in "MARGIN"."""
    return _of_file(re.compile(rf"^{re.escape(name)}\s*[:=]", re.MULTILINE), package, lambda found: name in found)


def _of_file(written: re.Pattern[str], package: ModuleType, holds: Callable[[Mapping[str, object]], bool]) -> str:
    for folder in _folders(package):
        for file in sorted(folder.glob("*.py")):
            module = sys.modules.get(f"{_package_name(package)}.{file.stem}")
            if file.stem == "__init__" or not written.search(_text(file)):
                continue
            if module and (holds(vars(package)) or not holds(vars(module))):
                continue
            own = f"{_package_name(package).replace('.', '/')}/{file.name}"
            lacking = "it from that file" if module else "that file"
            return f"{own} has it, and no line of {file_of(package)} imports {lacking}"
    return ""


def _folders(catalog: ModuleType) -> list[Path]:
    """Where the files lie that a catalog lists: of a package, or beside a module."""
    found = getattr(catalog, "__path__", None)
    return [*map(Path, found)] if found else [Path(str(catalog.__file__)).parent]


def _package_name(catalog: ModuleType) -> str:
    return catalog.__name__ if hasattr(catalog, "__path__") else catalog.__name__.rpartition(".")[0]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
