"""Where in the code a part is defined: which module, and by which name."""

import re
import sys
from collections.abc import Iterator, Sequence
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
    return definitions_of([part])[0]


def definitions_of(parts: Sequence[object]) -> list[Definition | None]:
    """Where each of several parts is defined: modules are gone through once, which takes some milliseconds."""
    held: dict[int, list[Definition]] = {id(part): [] for part in parts}
    for module, name, value in _named():
        for each in (value, *(value if type(value) is tuple else ())):
            if id(each) in held:
                held[id(each)].append(Definition(module, name))
    found = {key: next(filter(_is_written_in, own), own[0] if own else None) for key, own in held.items()}
    return [found[id(part)] for part in parts]


def _named() -> Iterator[tuple[ModuleType, str, object]]:
    """All that modules hold by a name."""
    for module in [*sys.modules.values()]:
        # Some stand-ins in sys.modules are no modules, and import something when they are looked at.
        if type(module) is ModuleType and getattr(module, "__file__", None):
            for name, value in [*vars(module).items()]:
                yield module, name, value


def _is_written_in(found: Definition) -> bool:
    try:
        source = Path(str(found.module.__file__)).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return re.search(rf"^{re.escape(found.attribute)}\s*[:=]", source, re.MULTILINE) is not None
