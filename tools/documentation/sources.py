"""Which file a part is written in."""

from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType


def module_of(part: object, package: ModuleType) -> ModuleType:
    """The module of a package in which a part is a constant.

    Raises:
        LookupError: if no module has it, or two have.
    """
    walked = walk_packages(package.__path__, f"{package.__name__}.")
    modules = [import_module(found.name) for found in walked if not found.ispkg]
    holding = [module for module in modules if any(value is part for value in vars(module).values())]
    if len(holding) != 1:
        raise LookupError(f"{part!r}: must be a constant of one module of {package.__name__}, is of {len(holding)}")
    return holding[0]


def identifier_of(part: object, package: ModuleType) -> str:
    """By which name a package lists a part, as SPECTRAL_NORMALISATION; "" if it lists it in a tuple, or not at all."""
    return next((name for name, value in vars(package).items() if value is part), "")


def path_of(module: ModuleType) -> str:
    """The module's file within the repository: `ganzoo/losses/hinge.py`."""
    return f"{module.__name__.replace('.', '/')}.py"
