"""Which code a recording was made from: a digest that changes with every byte of it."""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache, partial
from typing import Any

from ganzoo.entry_points import package_digest

# Their versions stand for them.
INSTALLED = {"torch", *sys.stdlib_module_names}


def code_digest(*things: object) -> str | None:
    """16 hex digits of all Python files of the packages that the functions in some things come from.

    Args:
        things: Functions, classes, and records of these.

    Returns:
        None if a function is in no file, as what somebody typed at a prompt.
    """
    packages = {package for thing in things for package in _packages(thing)} - INSTALLED
    digests = [_of_package(package) for package in sorted(packages)]
    return hashlib.sha256("".join(map(str, digests)).encode()).hexdigest()[:16] if all(digests) else None


def _packages(thing: Any) -> Iterator[str]:
    """The first words of the modules that a thing's functions and classes were made in."""
    if isinstance(thing, partial):
        thing = (thing.func, *thing.args, *thing.keywords.values())
    elif is_dataclass(thing) and not isinstance(thing, type):
        thing = (type(thing), *(getattr(thing, each.name) for each in fields(thing)))
    elif isinstance(thing, dict):
        thing = tuple(thing.values())
    if isinstance(thing, list | tuple | set | frozenset):
        for each in thing:
            yield from _packages(each)
    elif callable(thing):
        yield str(getattr(thing, "__module__", None) or type(thing).__module__).partition(".")[0]


# Of a process: it goes on with the code that it has read.
_of_package = cache(package_digest)
