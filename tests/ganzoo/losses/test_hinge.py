"""The hinge loss."""

import pytest
import torch

from ganzoo.losses.hinge import HINGE, hinge_discriminator, hinge_generator


@pytest.mark.parametrize(
    ("real", "fake", "expected"),
    [
        (0.0, 0.0, 2.0),  # 1 + 1
        (0.25, -0.5, 1.25),  # (1 - 0.25) + (1 - 0.5)
        (-1.0, 1.0, 4.0),  # (1 + 1) + (1 + 1)
        (2.0, -3.0, 0.0),  # both beyond the margin
        (2.0, 3.0, 4.0),  # 0 + (1 + 3)
    ],
)
def test_discriminator_by_hand(real: float, fake: float, expected: float) -> None:
    assert hinge_discriminator(torch.tensor([real]), torch.tensor([fake])).tolist() == [expected]


def test_generator_by_hand() -> None:
    fake = torch.tensor([-2.0, 0.0, 3.5])
    assert hinge_generator(torch.zeros(3), fake).tolist() == [2.0, 0.0, -3.5]


def test_agrees_with_its_definition() -> None:
    real, fake = 3 * torch.randn(2, 1000, dtype=torch.float64)
    zero = torch.zeros(())
    torch.testing.assert_close(
        hinge_discriminator(real, fake), -torch.minimum(zero, -1 + real) - torch.minimum(zero, -1 - fake)
    )


def test_discriminator_stops_at_the_margin_and_the_generator_does_not() -> None:
    real = torch.tensor([0.5, 1.5], requires_grad=True)
    fake = torch.tensor([-0.5, -1.5], requires_grad=True)
    on_real, on_fake = torch.autograd.grad(hinge_discriminator(real, fake).sum(), (real, fake))
    (of_generator,) = torch.autograd.grad(hinge_generator(real, fake).sum(), fake)
    assert on_real.tolist() == [-1.0, 0.0]
    assert on_fake.tolist() == [1.0, 0.0]
    assert of_generator.tolist() == [-1.0, -1.0]


def test_output_is_the_logit() -> None:
    assert HINGE.output(torch.tensor([-3.0, 7.0])).tolist() == [-3.0, 7.0]
