"""The non-saturating loss and its one-sided label smoothing."""

from functools import partial
from math import exp, log, log1p

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from ganzoo.components import Loss
from ganzoo.losses.non_saturating import (
    NON_SATURATING,
    NON_SATURATING_SMOOTH,
    non_saturating_discriminator,
    non_saturating_generator,
)

cross_entropy = partial(binary_cross_entropy_with_logits, reduction="none")


@pytest.mark.parametrize(
    ("real", "fake", "expected"),
    [
        (0.0, 0.0, 1.3862943611),  # -log(1/2) - log(1/2) = 2 log 2
        (log(3), -log(4), 0.5108256238),  # D(x) = 3/4, D(G(z)) = 1/5: -log(3/4) - log(4/5) = log(5/3)
        (-log(3), log(4), 2.9957322736),  # D(x) = 1/4, D(G(z)) = 4/5: -log(1/4) - log(1/5) = log(20)
    ],
)
def test_discriminator_by_hand(real: float, fake: float, expected: float) -> None:
    value = non_saturating_discriminator(
        torch.tensor([real], dtype=torch.float64), torch.tensor([fake], dtype=torch.float64)
    )
    assert value.item() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("fake", "expected"), [(0.0, 0.6931471806), (-log(4), 1.6094379124), (log(4), 0.2231435513)])
def test_generator_by_hand(fake: float, expected: float) -> None:
    # -log(1/2); D(G(z)) = 1/5: log 5; D(G(z)) = 4/5: log(5/4)
    assert non_saturating_generator(torch.zeros(1), torch.tensor([fake], dtype=torch.float64)).item() == pytest.approx(
        expected
    )


def test_smoothed_discriminator_by_hand() -> None:
    # D(x) = 3/4 with target 0.9: -(0.9 log 0.75 + 0.1 log 0.25) = 0.2589138652 + 0.1386294361 = 0.3975433013;
    # D(G(z)) = 1/5 with target 0: -log 0.8 = 0.2231435513
    value = NON_SATURATING_SMOOTH.discriminator(
        torch.tensor([log(3)], dtype=torch.float64), torch.tensor([-log(4)], dtype=torch.float64)
    )
    assert value.item() == pytest.approx(0.6206868526, abs=1e-9)


@pytest.mark.parametrize("real_label", [1.0, 0.9, 0.5])
def test_is_binary_cross_entropy(real_label: float) -> None:
    real, fake = 10 * torch.randn(2, 1000, dtype=torch.float64)
    expected = cross_entropy(real, torch.full_like(real, real_label)) + cross_entropy(fake, torch.zeros_like(fake))
    value = non_saturating_discriminator(real, fake, real_label=real_label)
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(non_saturating_generator(real, fake), cross_entropy(fake, torch.ones_like(fake)))


def test_unsmoothed_and_smoothed_share_the_generator() -> None:
    assert NON_SATURATING.generator is NON_SATURATING_SMOOTH.generator


def test_smoothed_real_logits_are_best_at_the_logit_of_the_label() -> None:
    best = torch.tensor([log(0.9 / 0.1)], dtype=torch.float64, requires_grad=True)
    fake = torch.full_like(best, -50)
    value = NON_SATURATING_SMOOTH.discriminator(best, fake)
    (gradient,) = torch.autograd.grad(value, best)
    assert gradient.item() == pytest.approx(0.0, abs=1e-12)
    # The entropy of (0.9, 0.1): -(0.9 log 0.9 + 0.1 log 0.1)
    assert value.item() == pytest.approx(0.3250829734, abs=1e-9)
    for other in (best - 0.1, best + 0.1):
        assert NON_SATURATING_SMOOTH.discriminator(other, fake).item() > value.item()


def test_smoothing_is_one_sided() -> None:
    fake = torch.linspace(-5, 5, 11, dtype=torch.float64, requires_grad=True)
    gradients = [
        torch.autograd.grad(loss.discriminator(torch.zeros_like(fake), fake).sum(), fake)[0]
        for loss in (NON_SATURATING, NON_SATURATING_SMOOTH)
    ]
    torch.testing.assert_close(gradients[0], gradients[1])
    torch.testing.assert_close(gradients[0], fake.detach().sigmoid())


@pytest.mark.parametrize("fake_logit", [-10.0, -30.0, -1000.0])
def test_gradient_stays_where_the_discriminator_is_sure(fake_logit: float) -> None:
    # d/dx softplus(-x) = -1 / (1 + e^x): near -1, where log(sigmoid + 1e-8) would give 1e-5 at -30 and 0 at -1000.
    fake = torch.tensor([fake_logit], requires_grad=True)
    (gradient,) = torch.autograd.grad(non_saturating_generator(torch.zeros(1), fake).sum(), fake)
    assert gradient.item() == pytest.approx(-1 / (1 + exp(fake_logit)), rel=1e-6)


@pytest.mark.parametrize("loss", [NON_SATURATING, NON_SATURATING_SMOOTH])
def test_output_is_a_probability(loss: Loss) -> None:
    assert loss.output(torch.tensor([0.0, log(3)])).tolist() == pytest.approx([0.5, 0.75])


def test_float64_is_exact_where_the_softplus_of_torch_is_not() -> None:
    """log(1 + e^25) = 25 + log(1 + e^-25), which softplus gives as 25."""
    real, fake = torch.full((2, 1), -25.0, dtype=torch.float64).unbind()
    discriminator = non_saturating_discriminator(real, fake)
    generator = non_saturating_generator(real, fake)
    assert generator.item() - 25 == pytest.approx(log1p(exp(-25)), rel=1e-3)
    assert discriminator.item() - 25 == pytest.approx(2 * log1p(exp(-25)), rel=1e-3)
