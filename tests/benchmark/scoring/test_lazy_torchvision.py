"""That scoring does not wait for what torchvision needs of torch's compiler, and that nobody who uses it sees that."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from threading import Thread

import pytest

from benchmark.scoring import lazy_torchvision
from benchmark.scoring.lazy_torchvision import LATER, LaterFinder, load_later

START = """
import sys
import benchmark.workers.preloaded as preloaded
preloaded.import_ahead(preloaded.MODULES)
print("torch_fidelity" in sys.modules, sorted({"torch._dynamo", "torch._inductor", "sympy"} & sys.modules.keys()))
"""
ENDS = {
    "names of the packages": (
        "import torchvision\nprint(torchvision.ops.nms.__name__, torchvision.models.resnet18.__name__)",
        "nms resnet18",
    ),
    "models first": ("import torchvision\nprint(torchvision.models.resnet18.__name__)", "resnet18"),
    "a module of operations": ("from torchvision.ops.boxes import box_area\nprint(box_area.__name__)", "box_area"),
    "a module of models": (
        "from torchvision.models.vision_transformer import VisionTransformer as V\nprint(V.__name__)",
        "VisionTransformer",
    ),
    "a walk through all modules": (
        "own = [sys.modules[name] for name in ('torchvision.models', 'torchvision.ops')]\n"
        "print([bool(module.__file__ and module.__spec__) for module in own], 'torch._dynamo' in sys.modules)",
        "[True, True] False",
    ),
    "reloaded": (
        "import importlib, torchvision\nprint(importlib.reload(torchvision.ops).nms.__name__)",
        "nms",
    ),
}


@pytest.mark.parametrize(
    "end", [pytest.param(end, marks=[pytest.mark.long] * bool(nth)) for nth, end in enumerate(ENDS)]
)
def test_workers_have_torch_fidelity_without_torch_s_compiler_until_somebody_asks(end: str) -> None:
    code, told = ENDS[end]
    found = subprocess.run([sys.executable, "-c", START + code], capture_output=True, text=True, check=False)
    assert (found.stdout.splitlines(), found.stderr) == (["True []", told], "")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package whose loading is left to the first who needs it."""
    folder = tmp_path / "made_here_for_later"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(lazy_torchvision, "LATER", LATER | {folder.name})
    load_later()
    yield folder
    sys.modules.pop(folder.name, None)


def test_it_is_loaded_once_whoever_asks(package: Path) -> None:
    (package / "__init__.py").write_text("import time\ntime.sleep(0.2)\nvalue = object()\n")
    module = import_module(package.name)
    assert "value" not in vars(module)
    assert module.__name__ == package.name
    found: list[object] = []
    threads = [Thread(target=lambda: found.append(module.value)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert import_module(package.name) is module


def test_a_name_that_it_has_not_is_missing_as_anywhere(package: Path) -> None:
    (package / "__init__.py").write_text("import sys\nearly = hasattr(sys.modules[__name__], 'late')\nlate = 1\n")
    module = import_module(package.name)
    with pytest.raises(AttributeError, match=f"module '{package.name}' has no attribute 'nothing'"):
        _ = module.nothing
    assert (module.early, module.late) == (False, 1)


def test_what_fails_to_load_says_so_each_time(package: Path) -> None:
    (package / "__init__.py").write_text("raise OSError('no disk')\n")
    module = import_module(package.name)
    for _ in range(2):
        with pytest.raises(OSError, match="no disk"):
            _ = module.anything


def test_other_modules_are_not_its_business() -> None:
    assert LaterFinder.find_spec("torchvision") is None
    assert LaterFinder.find_spec("torchvision.models.resnet") is None


def test_a_module_that_is_not_there_is_left_to_python() -> None:
    assert [LaterFinder.find_spec(name, []) for name in sorted(LATER)] == [None, None]


def test_the_finder_is_there_once() -> None:
    before = list(sys.meta_path)
    load_later()
    assert sys.meta_path == before
    assert sys.meta_path.count(LaterFinder) == 1
