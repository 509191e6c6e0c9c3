"""What `import ganzoo` gives: instantly, and by the names that people look for."""

import subprocess
import sys
from collections.abc import Callable

import pytest
import torch

import ganzoo
from ganzoo.components import Architecture, Loss, Penalty
from ganzoo.registry import CORE, VARIANTS, known_variants


def test_importing_it_imports_no_torch_and_nothing_of_its_own() -> None:
    code = "import sys, ganzoo; print([m for m in sys.modules if m.startswith(('torch', 'numpy', 'ganzoo.'))])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == "[]\n"


def test_a_variant_is_the_one_of_the_catalog_or_composed() -> None:
    assert ganzoo.get("wgan-gp") is VARIANTS["wgan-gp"]
    assert ganzoo.get("resnet + hinge + r1").penalties[0] is ganzoo.penalties.R1


def test_all_are_listed_and_sets_in_their_order() -> None:
    assert ganzoo.list() == ganzoo.list("all") == [*known_variants()]
    assert ganzoo.list("core") == [*CORE]


@pytest.mark.parametrize(
    ("ask", "nearest"),
    [
        (lambda: ganzoo.get("wgan-gpp"), "unknown variant 'wgan-gpp': did you mean 'wgan-gp'?"),
        (lambda: ganzoo.get("dcgan+hing"), "unknown part 'hing': did you mean 'hinge'?"),
        (lambda: ganzoo.list("cor"), "unknown set 'cor': did you mean 'core'? Known: core, lucic2018, all"),
    ],
)
def test_an_unknown_name_is_one_line_with_the_nearest(ask: object, nearest: str) -> None:
    with pytest.raises(LookupError) as raised:
        ask()  # type: ignore[operator]
    assert nearest in str(raised.value)
    assert "\n" not in str(raised.value)


def test_parts_lie_under_their_kind() -> None:
    assert isinstance(ganzoo.losses.HINGE, Loss)
    assert isinstance(ganzoo.penalties.GRADIENT_PENALTY, Penalty)
    assert isinstance(ganzoo.architectures.DCGAN, Architecture)
    assert ganzoo.Variant is type(ganzoo.get("dcgan"))
    assert {"losses", "penalties", "architectures", "schedules", "averaging", "get", "list"} <= {*dir(ganzoo)}
    assert all(hasattr(ganzoo, name) for name in dir(ganzoo))


def test_what_is_not_there_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match=r"^module 'ganzoo' has no attribute 'loses'$"):
        _ = ganzoo.loses


def test_hinge_in_a_loop_of_one_s_own() -> None:
    real, fake = torch.tensor([2.0, 0.5]), torch.tensor([-3.0, 0.25])
    # max(0, 1 - 2) + max(0, 1 - 3) = 0; max(0, 0.5) + max(0, 1.25) = 1.75
    assert ganzoo.losses.HINGE.discriminator(real, fake).tolist() == [0.0, 1.75]
    assert ganzoo.losses.HINGE.generator(real, fake).tolist() == [3.0, -0.25]


@pytest.mark.parametrize(("ask", "kind"), [(ganzoo.get, "variant"), (ganzoo.list, "set")])
def test_what_is_no_name_is_told_with_its_type(ask: Callable[[object], object], kind: str) -> None:
    for value, told in ((3, "3"), (None, "None"), (["dcgan"], r"\['dcgan'\]")):
        message = rf"^{kind} {told}: must be a name \(str\), is of type {type(value).__name__}$"
        with pytest.raises(TypeError, match=message):
            ask(value)
