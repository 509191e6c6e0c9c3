"""SAN: the unit vector and the direction's objective, by hand."""

import math

import pytest
import torch
from torch import Tensor

from ganzoo.layers.slicing import san, unit
from ganzoo.losses import HINGE, HINGE_SAN, NON_SATURATING_SAN, WASSERSTEIN, WASSERSTEIN_SAN


def doubles(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


REAL, FAKE = doubles(0.0, math.log(3)), doubles(-math.log(3), 0.0)


def test_a_weight_over_its_length() -> None:
    assert unit(doubles(3.0, -4.0)[None]).tolist() == [pytest.approx([0.6, -0.8], abs=1e-15)]


def test_turning_a_unit_vector_is_all_that_its_gradient_does() -> None:
    """Along c it is (c - (c u) u) / |w| with u = w / |w|: ((1, 0.5) - (0.6, 0.8)) / 5 for w = (3, 4), c = (1, 0.5)."""
    weight = doubles(3.0, 4.0)[None].requires_grad_()
    (unit(weight) @ doubles(1.0, 0.5)).sum().backward()  # type: ignore[no-untyped-call]
    assert weight.grad is not None
    assert weight.grad[0].tolist() == pytest.approx([0.4 / 5, -0.3 / 5], abs=1e-15)


@pytest.mark.parametrize("loss", [HINGE_SAN, WASSERSTEIN_SAN], ids=lambda loss: loss.name)
def test_a_generator_that_is_linear_weighs_all_images_alike(loss: object) -> None:
    found = loss.direction(REAL, FAKE)  # type: ignore[attr-defined]
    assert found.tolist() == pytest.approx([-math.log(3), -math.log(3)], abs=1e-15)


def test_the_non_saturating_one_weighs_by_what_is_taken_for_generated() -> None:
    """1 - D is 1/2 and 1/4 on real images, 3/4 and 1/2 on generated ones; over their means 4/3 and 2/3, 6/5 and 4/5."""
    assert NON_SATURATING_SAN.direction is not None
    expected = [6 / 5 * -math.log(3), -2 / 3 * math.log(3)]
    assert NON_SATURATING_SAN.direction(REAL, FAKE).tolist() == pytest.approx(expected, abs=1e-14)


def test_the_tilt_is_held() -> None:
    assert NON_SATURATING_SAN.direction is not None
    real = REAL.clone().requires_grad_()
    NON_SATURATING_SAN.direction(real, FAKE).sum().backward()  # type: ignore[no-untyped-call]
    assert real.grad is not None
    assert real.grad.tolist() == pytest.approx([-4 / 3, -2 / 3], abs=1e-14)


def test_the_rest_is_that_of_the_loss() -> None:
    sliced = san(WASSERSTEIN)
    assert sliced.name == "wasserstein-san"
    assert sliced.unbounded
    assert dict(sliced.defaults) == dict(WASSERSTEIN.defaults)
    assert HINGE_SAN.discriminator is HINGE.discriminator
    assert HINGE_SAN.generator is HINGE.generator
    assert NON_SATURATING_SAN.output(torch.tensor([0.0])).tolist() == [0.5]
