"""The Wasserstein loss."""

import torch

from ganzoo.losses.wasserstein import WASSERSTEIN, wasserstein_discriminator, wasserstein_generator


def test_by_hand() -> None:
    real, fake = torch.tensor([2.5, 0.0, -1.0]), torch.tensor([-1.0, 0.0, 3.0])
    assert wasserstein_discriminator(real, fake).tolist() == [-3.5, 0.0, 4.0]
    assert wasserstein_generator(real, fake).tolist() == [1.0, 0.0, -3.0]


def test_minimum_is_the_distance_between_the_sorted_samples() -> None:
    """In one dimension D(x) = x is optimal if every real number lies above every fake one: W1 is the mean gap."""
    fake = torch.rand(500, dtype=torch.float64)
    real = 2 + torch.rand(500, dtype=torch.float64)
    distance = (real.sort().values - fake.sort().values).abs().mean()
    torch.testing.assert_close(-wasserstein_discriminator(real, fake).mean(), distance)


def test_gradients_are_constant() -> None:
    real, fake = torch.randn(2, 8).unbind()
    real.requires_grad_()
    fake.requires_grad_()
    on_real, on_fake = torch.autograd.grad(wasserstein_discriminator(real, fake).sum(), (real, fake))
    (of_generator,) = torch.autograd.grad(wasserstein_generator(real, fake).sum(), fake)
    assert on_real.tolist() == [-1.0] * 8
    assert on_fake.tolist() == [1.0] * 8
    assert of_generator.tolist() == [-1.0] * 8


def test_output_is_the_logit() -> None:
    assert WASSERSTEIN.output(torch.tensor([-3.0, 7.0])).tolist() == [-3.0, 7.0]
