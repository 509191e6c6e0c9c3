"""torchvision's models and operations, loaded once somebody uses them.

torch-fidelity imports all of torchvision for what only a few of its extractors need, and torchvision's operations
import torch's compiler: over half of what a worker waited for before its first run. These two packages load at the
first look at a name of theirs that is not there yet. Python's own lazy modules load at any look, so that whoever walks
through all modules, as `inspect` does, would load one in the middle of the other.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

LATER = {"torchvision.models", "torchvision.ops"}
_LOADING = RLock()


class LaterModule(ModuleType):
    """A module that is loaded when it is asked for a name that it has not; from then on it is like any other."""

    def __getattr__(self, name: str) -> Any:
        with _LOADING:  # who comes while another thread loads it waits for that
            if self.__class__ is LaterModule:
                loader = self.__dict__.pop("_loader", None)
                if loader is None:  # this thread is loading it, and does not know the name yet
                    raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
                try:
                    loader.exec_module(self)
                    self.__class__ = ModuleType  # type: ignore[assignment]
                except BaseException:
                    self.__dict__["_loader"] = loader  # the next one tries again
                    raise
            return getattr(self, name)


class LaterLoader(Loader):
    """Leaves the loading of a module to the first who needs it.

    Args:
        loader: Python's own.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """One that is empty."""
        return LaterModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is run yet."""
        module.__dict__["_loader"] = self._loader
        if module.__spec__ is not None:  # whoever looks, as `importlib.reload` does, finds the usual one
            module.__spec__.loader = module.__loader__ = self._loader


class LaterFinder:
    """Finds modules that are loaded later; for `sys.meta_path`."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """What Python would find itself, with a lazy loader; None for all other modules."""
        if name not in LATER:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LaterLoader(spec.loader)
        return spec


def load_later() -> None:
    """Have Python find these modules so from now on; those that are loaded stay as they are."""
    if not any(finder is LaterFinder for finder in sys.meta_path):
        sys.meta_path.insert(0, LaterFinder)
