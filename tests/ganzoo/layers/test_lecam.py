"""LeCam regularisation: terms, averages and the optimum that they leave, by hand."""

import pytest
import torch
from torch import Tensor

from ganzoo.layers.lecam import lecam, next_averages
from ganzoo.losses import HINGE, HINGE_LECAM, NON_SATURATING_LECAM, WASSERSTEIN, WASSERSTEIN_LECAM

REAL, FAKE = torch.tensor([2.0, 0.5]).double(), torch.tensor([-3.0, 1.0]).double()


def numbers(**values: float) -> dict[str, Tensor]:
    return {name: torch.tensor(value, dtype=torch.float64) for name, value in values.items()}


STATE = numbers(real_average=1.5, fake_average=-0.5, strength=0.1)


def test_discriminator_by_hand() -> None:
    # Hinge 0 + 0 and 0.5 + 2; real logits against -0.5, generated ones against 1.5.
    expected = [0.1 * (2.5**2 + 4.5**2), 2.5 + 0.1 * (1.0**2 + 0.5**2)]
    assert HINGE_LECAM.discriminator(REAL, FAKE, **STATE).tolist() == pytest.approx(expected, abs=1e-14)
    # Wasserstein -5 and 0.5.
    expected = [-5 + 0.1 * (2.5**2 + 4.5**2), 0.5 + 0.1 * (1.0**2 + 0.5**2)]
    assert WASSERSTEIN_LECAM.discriminator(REAL, FAKE, **STATE).tolist() == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize(("real", "fake"), [(-2.0, -0.5), (2.0, 1.5)])
def test_a_logit_on_the_far_side_is_drawn_back_too(real: float, fake: float) -> None:
    """The paper's squares, not the rectified ones of its authors' code, which would be 0 at the first pair's real and
    at the second's generated logit."""
    of = WASSERSTEIN_LECAM.discriminator(*(torch.tensor([each]).double() for each in (real, fake)), **STATE)
    drawn = (real + 0.5) ** 2 + (fake - 1.5) ** 2
    assert of.item() == pytest.approx(fake - real + 0.1 * drawn, abs=1e-14)


@pytest.mark.parametrize("loss", [HINGE_LECAM, WASSERSTEIN_LECAM, NON_SATURATING_LECAM], ids=lambda loss: loss.name)
def test_the_generator_is_left_alone(loss: object) -> None:
    plain = torch.nn.functional.softplus(-FAKE) if loss is NON_SATURATING_LECAM else -FAKE
    torch.testing.assert_close(loss.generator(REAL, FAKE, **STATE), plain)  # type: ignore[attr-defined]


def test_three_steps_of_the_averages_by_hand() -> None:
    state, settings = numbers(**HINGE_LECAM.state), numbers(lecam_weight=0.3)
    assert (HINGE_LECAM.discriminator(REAL, FAKE, **state) == HINGE.discriminator(REAL, FAKE)).all()
    steps = [
        (4.0, -2.0, 4.0, -2.0),  # the first batch's own means
        (14.0, 8.0, 4.1, -1.9),  # 0.99 * 4 + 0.01 * 14, 0.99 * (-2) + 0.01 * 8
        (-5.9, -1.9, 4.0, -1.9),  # 0.99 * 4.1 + 0.01 * (-5.9)
    ]
    for real, fake, real_average, fake_average in steps:
        around = torch.tensor([-1.0, 1.0]).double()
        state = next_averages(state, real + around, fake + around, settings)
        assert state["real_average"].item() == pytest.approx(real_average, abs=1e-14)
        assert state["fake_average"].item() == pytest.approx(fake_average, abs=1e-14)
        assert state["strength"].item() == 0.3


def test_no_gradient_flows_through_the_averages_inside_a_transform() -> None:
    def total(real: Tensor) -> Tensor:
        return sum(next_averages(STATE, real, FAKE, numbers(lecam_weight=0.3)).values()) + 0 * real.sum()  # type: ignore[return-value]

    assert torch.func.grad(total)(REAL).tolist() == [0.0, 0.0]


def test_the_rest_is_that_of_the_loss() -> None:
    regularised = lecam(WASSERSTEIN)
    assert regularised.name == "wasserstein-lecam"
    assert dict(regularised.defaults) == {**WASSERSTEIN.defaults, "lecam_weight": 0.3}
    assert not regularised.unbounded
    assert regularised.signed == WASSERSTEIN.signed
    probability = NON_SATURATING_LECAM.output(torch.tensor([0.0]))
    assert probability.tolist() == [0.5]
