"""Slips of whoever writes a part, as Python tells them, and the line that is told in their place."""

import sys
from collections.abc import Callable

import pytest

from benchmark.datasets.dataset import Dataset
from benchmark.metrics.metric import Column, Metric
from ganzoo.components import Architecture, Loss, Penalty
from ganzoo.slips import FieldError, check_field, explained, explained_anywhere
from ganzoo.variant import SourceRun, Variant


def raised_by(function: Callable[..., object], *values: object, **fields: object) -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011
        function(*values, **fields)
    return raised.value


def imported(line: str) -> Callable[[], None]:
    return lambda: exec(line, {})


@pytest.mark.parametrize(
    ("kind", "given", "nearest"),
    [
        (Loss, "limit", "limits"),
        (Penalty, "wieght", "weight"),
        (Architecture, "resolution", "resolutions"),
        (Variant, "optimizer", "optimiser"),
        (SourceRun, "Dataset", "dataset"),
        (Metric, "column", "columns"),
        (Column, "lower_better", "lower_is_better"),
        (Dataset, "file", "files"),
    ],
)
def test_a_misspelt_field(kind: type, given: str, nearest: str) -> None:
    told = explained(raised_by(kind, **{given: 1}))
    assert told.startswith(f"{kind.__name__} has no field {given!r}; its fields: ")
    assert told.endswith(f"; did you mean {nearest!r}?")


def test_a_field_that_is_like_none() -> None:
    assert explained(raised_by(SourceRun, zzz=1)) == "SourceRun has no field 'zzz'; its fields: dataset, epochs"


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (Loss, "name, discriminator, generator, citation"),
        (Penalty, "name, function, citation, weight"),
        (Dataset, "name, resolution, citation, files, read, problem"),
        (Metric, "name, columns, function, citation"),
    ],
)
@pytest.mark.parametrize("given", [{}, {"name": "mine"}])
def test_a_missing_field(kind: type, needed: str, given: dict[str, str]) -> None:
    lacking = needed.removeprefix("name, ") if given else needed
    assert explained(raised_by(kind, **given)) == f"{kind.__name__} lacks {lacking}"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "from ganzoo.constraints import SPECTRAL_NORM",
            "ganzoo.constraints has no SPECTRAL_NORM; did you mean 'SPECTRAL_NORMALISATION'?",
        ),
        ("from ganzoo.losses import Hinge", "ganzoo.losses has no Hinge; did you mean 'HINGE'?"),
        ("from ganzoo.losses import zzz", "ganzoo.losses has no zzz"),
        ("import ganzoo.lossses", "there is no module ganzoo.lossses; did you mean 'losses'?"),
        ("from ganzoo.zzz import HINGE", "there is no module ganzoo.zzz"),
        ("from ganzoo.losses.hing import HINGE", "there is no module ganzoo.losses.hing; did you mean 'hinge'?"),
        ("import nowhere_at_all", ""),
        ("from json import nothing", ""),
    ],
)
def test_a_name_that_nothing_has(line: str, told: str) -> None:
    assert explained(raised_by(imported(line))) == told


@pytest.mark.parametrize(
    "error", [TypeError("f() got an unexpected keyword argument 'x'"), ValueError("x"), KeyError()]
)
def test_of_other_errors_nothing_is_said(error: Exception) -> None:
    assert explained(error) == ""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("HINGE", "HINGE is not defined; a line `from ganzoo.losses import HINGE` would define it"),
        ("NORMAL", "NORMAL is not defined; a line `from ganzoo.priors import NORMAL` would define it"),
        ("Loss", "Loss is not defined; a line `from ganzoo.components import Loss` would define it"),
        ("Tensor", "Tensor is not defined; a line `from torch import Tensor` would define it"),
        ("torch.relu", "torch is not defined; a line `import torch` would define it"),
        ("margin = 1; margn", "margn is not defined; did you mean 'margin'?"),
        ("lenn(())", "lenn is not defined; did you mean 'len'?"),
        ("zzz", "zzz is not defined"),
        ("hinge", "hinge is not defined"),  # a file of ganzoo.losses, which nobody wants by that name
        ("import ganzoo; ganzoo.losses.HING", "ganzoo.losses has no HING; did you mean 'HINGE'?"),
        ("import torch; torch.tanhh", "torch has no tanhh; did you mean 'tanh'?"),
        ("(1).real.zzz", ""),
    ],
)
def test_a_name_or_an_attribute_that_is_not_there(line: str, told: str) -> None:
    error = raised_by(imported(line))
    assert explained_anywhere(error) == told
    assert explained(error) == told


def test_a_class_of_somebody_else() -> None:
    class Own:
        def __init__(self, name: str) -> None:
            self.name = name

    assert explained(raised_by(Own)) == ""


def test_a_field_of_another_kind() -> None:
    check_field("variant 'mine'", "loss", 3, int, "a number")
    error = raised_by(check_field, "variant 'mine'", "loss", "hinge", int, "a number")
    assert isinstance(error, FieldError)
    assert explained(error) == "variant 'mine': loss = 'hinge': must be a number"


def test_a_misspelt_module_in_a_package_that_is_being_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its own `__init__.py` asks for it, the package is not among the modules any more when it is told."""
    error = raised_by(imported("import ganzoo.losses.hing"))
    monkeypatch.delitem(sys.modules, "ganzoo.losses")
    assert explained(error) == "there is no module ganzoo.losses.hing; did you mean 'hinge'?"
