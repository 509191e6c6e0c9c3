"""Where in the code a part is defined: which module, and by which name."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True)
class Definition:
    """Where something is defined.

    Attributes:
        module: Which holds it.
        attribute: By which name.
    """

    module: ModuleType
    attribute: str

    def __str__(self) -> str:
        """For people, as in "HINGE of ganzoo/losses/hinge.py"."""
        return f"{self.attribute} of {file_of(self.module)}"


def file_of(module: ModuleType) -> str:
    """The file of a module from where its top package lies, as in "ganzoo/losses/hinge.py": the same on any machine."""
    name = str(module.__name__).replace(".", "/")
    return f"{name}/__init__.py" if hasattr(module, "__path__") else f"{name}.py"


def definition_of(part: object) -> Definition | None:
    """Where a part is defined; None where no module that is imported holds it by a name, alone or in a tuple.

    Of modules that only import it by name, none is meant: its own file has a line that begins with the name.
    """
    held = [Definition(module, name) for module, name in _holders(part)]
    return next((each for each in held if _is_written_in(each)), held[0] if held else None)


def _holders(part: object) -> Iterator[tuple[ModuleType, str]]:
    for module in [*sys.modules.values()]:
        # Some stand-ins in sys.modules are no modules, and import something when they are looked at.
        if type(module) is ModuleType and getattr(module, "__file__", None):
            for name, value in [*vars(module).items()]:
                if value is part or (type(value) is tuple and any(each is part for each in value)):
                    yield module, name


def _is_written_in(found: Definition) -> bool:
    try:
        source = Path(str(found.module.__file__)).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return re.search(rf"^{re.escape(found.attribute)}\s*[:=]", source, re.MULTILINE) is not None
