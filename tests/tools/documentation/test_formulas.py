"""Formulas from docstrings."""

from functools import partial

import pytest
from torch import nn

from ganzoo.averaging import EXPONENTIAL_AVERAGE
from ganzoo.losses.hinge import HINGE
from ganzoo.losses.non_saturating import NON_SATURATING_SMOOTH
from tools.documentation.formulas import formula, settings, value_text


def product(a: int, b: int = 2, c: int = 3) -> int:
    """a b c; (), (), () -> ().

    Not this line; nor this.
    """
    return a * b * c


def plain() -> None:
    """A sentence without shapes."""


def silent() -> None:
    pass


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (product, "a b c"),
        (partial(product, b=5), "a b c, with b = 5"),
        (partial(partial(product, b=5, c=1), b=7), "a b c, with b = 7, c = 1"),
        (plain, "A sentence without shapes"),
        (silent, ""),
        (partial(silent), ""),
        (lambda: None, ""),
        # A module that is called would give the documentation of its class.
        (nn.ReLU(), ""),
    ],
)
def test_formula(function: object, expected: str) -> None:
    assert formula(function) == expected  # type: ignore[arg-type]


def test_formulas_of_the_zoo() -> None:
    assert formula(HINGE.discriminator) == "max(0, 1 - D(x)) + max(0, 1 + D(G(z)))"
    assert formula(HINGE.generator) == "-D(G(z))"
    assert formula(NON_SATURATING_SMOOTH.discriminator).endswith("log(1 - D(G(z)))), with real_label = 0.9")
    assert formula(EXPONENTIAL_AVERAGE.decay) == "min(decay, (1 + t) / (10 + t)) at update t, with decay = 0.999"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1, "0.1"),
        (5.0, "5"),
        (5e-5, "5e-5"),
        (1e-12, "1e-12"),
        (False, "False"),
        ((32, 64), "(32, 64)"),
        (nn.ReLU, "ReLU"),
        (partial(nn.LeakyReLU, 0.2), "LeakyReLU(0.2)"),
        (partial(nn.LeakyReLU, negative_slope=0.2), "LeakyReLU(negative_slope = 0.2)"),
        (HINGE, "hinge"),
    ],
)
def test_values_have_the_same_text_in_every_process(value: object, expected: str) -> None:
    assert value_text(value) == expected


def test_settings() -> None:
    assert settings({"n_critic": 5, "beta1": 0.0}) == "n_critic = 5, beta1 = 0"
    assert settings({}) == ""
