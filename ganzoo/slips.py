"""Slips of whoever writes a part: a field that is misspelt, missing or of another kind, a name that nothing has."""

import builtins
import pkgutil
import re
import sys
from collections.abc import Container, Iterable, Iterator
from dataclasses import fields, is_dataclass
from inspect import signature
from pathlib import Path
from traceback import walk_tb
from types import FunctionType

from ganzoo.definitions import file_of
from ganzoo.names import did_you_mean, quoted
from ganzoo.unlisted import unlisted_name

# Where classes are that people's files make something of.
MODULES = (
    *("ganzoo.components", "ganzoo.hyperparameters", "ganzoo.variant"),
    *("benchmark.metrics.metric", "benchmark.datasets.dataset", "benchmark.scoring.extractors.extractor"),
)
# Where parts are that people's files name.
PARTS = (
    *("ganzoo.architectures", "ganzoo.losses", "ganzoo.penalties", "ganzoo.constraints", "ganzoo.augmentations"),
    *("ganzoo.schedules", "ganzoo.averaging", "ganzoo.priors"),
)
OURS = ("ganzoo", "benchmark")
_CALL = re.compile(
    r"(\w+)\.__init__\(\) (?:got an unexpected keyword argument '(\w+)'|missing \d+ required [\w-]+ arguments?: (.+))"
)
_SIGNATURE = re.compile(r"(\w+)\(\) (?:takes |missing |got an unexpected keyword argument |got multiple values )")
_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_ATTRIBUTE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
QUOTED = "'(\\w+)'"
NEAR = 0.5
UNBOUND_NEAR = 0.7  # of all that a file can name, where something always is a little like it


class FieldError(ValueError):
    """A field of a part cannot have its value: one line that names part, field, value and what is allowed."""


def check_field(owner: str, field: str, value: object, kind: type | tuple[type, ...], allowed: str) -> None:
    """Refuse a value of a part's field that is of another kind, such as a name in place of what it names.

    Args:
        owner: For people, as in "variant 'mine'".
        field: Which.
        value: Its value.
        kind: What it must be.
        allowed: The same for people.

    Raises:
        FieldError: if it is something else.
    """
    if not isinstance(value, kind):
        raise FieldError(f"{owner}: {field} = {quoted(value)}: must be {allowed}")


def explained(error: BaseException) -> str:
    """What is wrong with how somebody's file makes a part or imports a name, in one line; "" of any other error."""
    if isinstance(error, FieldError):
        return str(error)
    if isinstance(error, TypeError) and (found := _CALL.match(str(error))):
        return _of_fields(*found.groups())
    if isinstance(error, ImportError) and (found := _IMPORT.match(str(error))):
        return _of_name(*found.groups())
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _of_module(error.name)
    return explained_anywhere(error)


def attribute_of(error: BaseException) -> str:
    """What is wrong where something has no attribute of a name; "" of any other error."""
    if not isinstance(error, AttributeError) or error.name is None or error.obj is None:
        return ""
    known = [each for each in dir(error.obj) if not each.startswith("_")]
    return f"{type(error.obj).__name__} has no {error.name}{_nearest(error.name, known)}"


def misfit_of(error: BaseException, packages: Container[str]) -> tuple[str, str]:
    """A function that was called otherwise than it was written: where it is, and what is wrong; "" and "" of any other.

    Args:
        error: Any.
        packages: Top packages in whose modules functions are looked for.
    """
    found = _SIGNATURE.match(str(error)) if isinstance(error, TypeError) else None
    named = [each for each in _functions(packages) if each.__name__ == found[1]] if found else []
    if len(named) != 1:
        return "", ""
    (function,) = named
    place = f"{file_of(sys.modules[function.__module__])}, line {function.__code__.co_firstlineno}"
    return place, f"{error}; it has {signature(function)}"


def _functions(packages: Container[str]) -> Iterator[FunctionType]:
    """Every function that is written at the top of a module."""
    for name, module in [*sys.modules.items()]:
        if name.partition(".")[0] in packages:
            for each in [*vars(module).values()]:
                if isinstance(each, FunctionType) and each.__module__ == name:
                    yield each


def explained_anywhere(error: BaseException) -> str:
    """As `explained`, of what can only be a slip wherever it is met, and not just where a file is imported."""
    if isinstance(error, NameError):
        return _of_unbound(str(error.name), error)
    if isinstance(error, AttributeError) and (found := _ATTRIBUTE.match(str(error))):
        module, name = found.groups()
        known = [each for each in vars(sys.modules.get(module, object)) if not each.startswith("_")]
        return f"{module} has no {name}{_nearest(name, known)}"
    return ""


def _of_unbound(name: str, error: NameError) -> str:
    """Of a name that nothing has where it is read: the line that imports it, or the nearest that is known there."""
    if name in sys.modules:
        return f"{name} is not defined; a line `import {name}` would define it"
    for module in (*PARTS, *MODULES, "torch"):
        if module in sys.modules and _gives(module, name):
            return f"{name} is not defined; a line `from {module} import {name}` would define it"
    known = [*vars(builtins)]
    for frame, _ in walk_tb(error.__traceback__):  # the last of them raised
        known = [*frame.f_locals, *frame.f_globals, *vars(builtins)]
    return f"{name} is not defined{_nearest(name, known, least=UNBOUND_NEAR)}"


def _gives(module: str, name: str) -> bool:
    """Whether a module has something by a name to be imported from there: a part, or what is written in it."""
    found = vars(sys.modules[module]).get(name)
    return found is not None and (module == "torch" or name.isupper() or getattr(found, "__module__", "") == module)


def _of_fields(name: str, given: str | None, lacking: str | None) -> str:
    """Of a class that was called by a keyword that it does not have, or without one that it needs."""
    held = [vars(sys.modules[module]).get(name) for module in MODULES if module in sys.modules]
    kind = next((each for each in held if isinstance(each, type) and is_dataclass(each)), None)
    if kind is None:
        return ""
    if given is None:
        return f"{name} lacks {', '.join(re.findall(QUOTED, str(lacking)))}"
    known = [each.name for each in fields(kind) if each.init]
    return f"{name} has no field {given!r}; its fields: {', '.join(known)}{_nearest(given, known)}"


def _of_name(name: str, module: str) -> str:
    if module.partition(".")[0] not in OURS or module not in sys.modules:
        return ""
    if told := unlisted_name(name, sys.modules[module]):
        return f"{module} has no {name}: {told}"
    known = [each for each in vars(sys.modules[module]) if not each.startswith("_")]
    return f"{module} has no {name}{_nearest(name, known)}"


def _of_module(module: str) -> str:
    parent, _, name = module.rpartition(".")
    if parent.partition(".")[0] not in OURS:
        return ""
    known = [each.name for each in pkgutil.iter_modules(_folders_of(parent))]
    return f"there is no module {module}{_nearest(name, known)}"


def _folders_of(package: str) -> list[str]:
    """Where the files of a package lie, which is not among the modules any more if its import has failed."""
    if package in sys.modules:
        return [*getattr(sys.modules[package], "__path__", [])]
    above, _, name = package.rpartition(".")
    return [str(Path(each, name)) for each in _folders_of(above)] if above else []


def _nearest(name: str, known: Iterable[str], least: float = NEAR) -> str:
    """A question after the nearest name, whatever its case; "" if none is near."""
    spelt = {each.lower(): each for each in known}
    question = did_you_mean(name, spelt, least=least)
    return "; " * bool(question) + re.sub(QUOTED, lambda found: repr(spelt[found[1]]), question)
