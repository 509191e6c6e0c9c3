"""Files of the zoo that no catalog imports: whoever wrote one forgot its line."""

import re
import sys
from pathlib import Path
from types import ModuleType

from ganzoo.definitions import file_of


def unlisted(name: str, package: ModuleType) -> str:
    """What is told of a name that a file of a package gives, where the package does not import that file.

    Nothing is imported.

    Args:
        name: That is unknown.
        package: As in `ganzoo.losses`.

    Returns:
        As in "ganzoo/losses/margin.py has it, and no line of ganzoo/losses/__init__.py imports that file"; "" if no
        such file names it.
    """
    written = re.compile(rf"""(?:\bname\s*=|\()\s*(["']){re.escape(name)}\1""")
    for folder in package.__path__:
        for file in sorted(Path(folder).glob("*.py")):
            module = f"{package.__name__}.{file.stem}"
            if module not in sys.modules and file.stem != "__init__" and written.search(_text(file)):
                own = file_of(package).replace("__init__", file.stem)
                return f"{own} has it, and no line of {file_of(package)} imports that file"
    return ""


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
