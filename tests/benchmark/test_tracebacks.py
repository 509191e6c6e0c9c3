"""Where an exception came from, of exceptions as parts raise them, and what is kept of them."""

import importlib
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import torch

from benchmark import tracebacks
from benchmark.tracebacks import keep_place, place_of, slip_of, with_place, write_log
from ganzoo.components import Loss
from ganzoo.losses import HINGE

OWN = """\
import torch
from ganzoo.components import Loss
def discriminator(real_logits, fake_logits):
    return fake_logits - margn * real_logits
def generator(real_logits, fake_logits):
    return torch.cat([fake_logits, 3])
def make():
    return Loss("margin", discriminator, generator)
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module of a package that adds parts."""
    (tmp_path / "my_package").mkdir()
    (tmp_path / "my_package" / "__init__.py").write_text("def here():\n    raise KeyError('here')\n")
    (tmp_path / "my_package" / "losses.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(tracebacks, "own_packages", lambda: frozenset({"my_package"}))
    yield importlib.import_module("my_package.losses")
    for name in ("my_package", "my_package.losses"):
        sys.modules.pop(name)


def raised_by(function: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011
        function()
    return raised.value


def test_of_a_package_of_one_s_own(own: ModuleType) -> None:
    one = torch.ones(1)
    assert place_of(raised_by(lambda: own.discriminator(one, one))) == "my_package/losses.py, line 4"
    # What raised lies in torch; the line that called it is meant.
    assert place_of(raised_by(lambda: own.generator(one, one))) == "my_package/losses.py, line 6"
    assert place_of(raised_by(own.make)) == "my_package/losses.py, line 8"  # its citation is missing
    assert place_of(raised_by(sys.modules["my_package"].here)) == "my_package/__init__.py, line 2"


def test_under_vmap_and_grad(own: ModuleType) -> None:
    def objective(logits: torch.Tensor) -> torch.Tensor:
        return own.discriminator(logits, logits).sum()  # type: ignore[no-any-return]

    error = raised_by(lambda: torch.func.vmap(torch.func.grad(objective))(torch.ones(2, 3)))
    assert place_of(error) == "my_package/losses.py, line 4"


def test_of_the_project() -> None:
    error = raised_by(lambda: HINGE.discriminator("logits", 1))  # type: ignore[arg-type]
    line = HINGE.discriminator.__code__.co_firstlineno + 2
    assert with_place("told", error) == f"told (ganzoo/losses/hinge.py, line {line})"


def test_of_other_code_nothing_is_known() -> None:
    error = raised_by(lambda: Loss("margin", print, print))  # type: ignore[call-arg]
    assert place_of(error) == ""
    assert with_place("told", error) == "told"
    assert place_of(ValueError("never raised")) == ""


def test_of_a_file_that_is_no_python() -> None:
    root = Path(__file__).parents[2]
    error = raised_by(lambda: compile("x = 1\ndef f(:", str(root / "ganzoo" / "losses" / "margin.py"), "exec"))
    assert place_of(error) == "ganzoo/losses/margin.py, line 2"
    error = raised_by(lambda: compile("def f(:", "/elsewhere/margin.py", "exec"))
    assert place_of(error) == "margin.py, line 1"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "MARGIN = Loss('margin', print, print, 'nobody', limit='none')",
            "my_package/margin.py, line 4: Loss has no field 'limit'; its fields: name, ",
        ),
        ("MARGIN = Loss('margin', print, print)", "my_package/margin.py, line 4: Loss lacks citation"),
        (
            "MARGIN = replace(VARIANTS['dcgan'], architecture='mlp')",
            "my_package/margin.py, line 4: variant 'dcgan': architecture = 'mlp': must be one ganzoo.components.Archi",
        ),
        (
            "from ganzoo.constraints import SPECTRAL_NORM",
            "my_package/margin.py, line 4: ganzoo.constraints has no SPECTRAL_NORM; did you mean 'SPECTRAL_NORMALI",
        ),
        ("1 / 0", ""),
    ],
)
def test_slips_are_told_with_the_line_that_is_imported(own: ModuleType, tmp_path: Path, line: str, told: str) -> None:
    head = "from dataclasses import replace\nfrom ganzoo.components import Loss\nfrom ganzoo.registry import VARIANTS\n"
    (tmp_path / "my_package" / "margin.py").write_text(f"{head}{line}\n")
    importlib.invalidate_caches()
    found = slip_of(raised_by(lambda: importlib.import_module("my_package.margin")))
    assert found.startswith(told)
    assert bool(found) == bool(told)


def test_a_name_that_nothing_has_is_a_slip_wherever_it_is_met(own: ModuleType) -> None:
    one = torch.ones(1)
    told = "my_package/losses.py, line 4: margn is not defined"
    assert slip_of(raised_by(lambda: own.discriminator(one, one))) == told
    assert slip_of(raised_by(lambda: eval("margn"))) == ""  # of no file of a part's


def test_what_an_object_does_not_have_is_a_slip_in_a_part_s_file(own: ModuleType) -> None:
    (Path(str(own.__file__)).parent / "norms.py").write_text("import torch\ndef f():\n    return torch.ones(2).nrm()\n")
    importlib.invalidate_caches()
    function = importlib.import_module("my_package.norms").f
    assert slip_of(raised_by(function)) == "my_package/norms.py, line 3: Tensor has no nrm; did you mean 'norm'?"
    assert slip_of(raised_by(lambda: HINGE.nme)) == ""  # of nobody's part


def test_a_function_that_is_called_otherwise_than_it_is_written_is_told_with_its_file(own: ModuleType) -> None:
    error = raised_by(lambda: own.discriminator(1, 2, balance=3))
    assert slip_of(error) == (
        "my_package/losses.py, line 3: discriminator() got an unexpected keyword argument 'balance'; "
        "it has (real_logits, fake_logits)"
    )
    assert slip_of(raised_by(lambda: own.generator(1))).startswith(
        "my_package/losses.py, line 5: generator() missing 1 required positional argument: 'fake_logits'; it has "
    )
    assert slip_of(raised_by(lambda: int(1, 2, 3))) == ""
    assert slip_of(raised_by(lambda: write_log(1, 2, 3))) == ""  # of the harness: a fault of ours


def test_a_file_that_is_no_python_is_a_slip(own: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "my_package" / "broken.py").write_text("x = 1\ny = (]\n")
    importlib.invalidate_caches()
    found = slip_of(raised_by(lambda: importlib.import_module("my_package.broken")))
    assert found == "broken.py, line 2: closing parenthesis ']' does not match opening parenthesis '('"


def test_a_slip_of_no_file_that_is_imported_is_none(own: ModuleType) -> None:
    assert slip_of(raised_by(own.make)) == ""


def test_it_goes_through_a_pipe(own: ModuleType) -> None:
    error = raised_by(lambda: own.discriminator(1, 1))
    assert place_of(pickle.loads(pickle.dumps(error))) == ""
    keep_place(error)
    assert place_of(pickle.loads(pickle.dumps(error))) == "my_package/losses.py, line 4"


def test_each_log_is_a_file_of_its_own(tmp_path: Path) -> None:
    texts = ["first\n", "second, \udcff\n"]
    first, second = (write_log(text, tmp_path / "errors") for text in texts)
    assert first.read_text(encoding="utf-8") == "first\n"
    assert second.read_text(encoding="utf-8") == "second, \\udcff\n"
    assert {first, second} == {*(tmp_path / "errors").glob("*.log")}
