"""Every penalty against a loop over single images and double `torch.autograd.grad`, with nothing of the zoo in it."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from ganzoo.registry import BUILT_IN

Formula = Callable[[nn.Module, Tensor, Tensor, Tensor, Tensor], Tensor]


def slope(critic: nn.Module, image: Tensor) -> Tensor:
    """The norm of the gradient at one image (C, H, W), with its own graph."""
    image = image.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(critic(image[None]).sum(), image, create_graph=True)
    return torch.linalg.vector_norm(gradient)


def shifted_copy(image: Tensor, noise: Tensor, flips: bool) -> Tensor:
    """Pixel by pixel; sides of 16 shift by at most 2: five shifts alike."""
    source = image.flip(-1) if flips and noise[0].item() >= 0.5 else image
    down, right = (int(5 * number.item()) - 2 for number in noise[1:])
    copy = torch.empty_like(image)
    for row in range(16):
        for column in range(16):
            copy[:, row, column] = source[:, min(max(row + down, 0), 15), min(max(column + right, 0), 15)]
    return copy


def change(critic: nn.Module, image: Tensor, copy: Tensor) -> Tensor:
    return (critic(image[None]) - critic(copy[None])).square().sum()


# Of one real and one generated image (C, H, W), its noise, and the standard deviation of the batch's pixels.
FORMULAS: dict[str, Formula] = {
    "gp": lambda critic, x, y, u, _: (slope(critic, x * u + y * (1 - u)) - 1) ** 2,
    "lp": lambda critic, x, y, u, _: torch.clamp(slope(critic, x * u + y * (1 - u)) - 1, min=0) ** 2,
    "dragan": lambda critic, x, y, e, deviation: (slope(critic, x + 0.5 * deviation * e) - 1) ** 2,
    "r1": lambda critic, x, y, _, __: slope(critic, x) ** 2 / 2,
    "r2": lambda critic, x, y, _, __: slope(critic, y) ** 2 / 2,
    "consistency": lambda critic, x, y, u, _: change(critic, x, shifted_copy(x, u, flips=True)),
    "consistency-shift": lambda critic, x, y, u, _: change(critic, x, shifted_copy(x, u, flips=False)),
}


def smooth_critic() -> nn.Module:
    layers = nn.Sequential(nn.Conv2d(2, 4, 3, stride=2), nn.Tanh(), nn.Flatten(), nn.Linear(196, 1), nn.Flatten(0))
    return layers.double()


def test_every_penalty_has_its_formula_here() -> None:
    missing, unknown = BUILT_IN.penalty.keys() - FORMULAS.keys(), FORMULAS.keys() - BUILT_IN.penalty.keys()
    assert not missing, f"FORMULAS in {__file__} has no entry for {', '.join(sorted(missing))}: its paper's formula"
    assert not unknown, f"FORMULAS in {__file__} has entries of no penalty: {', '.join(sorted(unknown))}"


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("steepness", [1.0, 8.0], ids=["flat", "steep"])
def test_values_and_gradients_on_the_weights(name: str, steepness: float) -> None:
    critic, penalty = smooth_critic(), BUILT_IN.penalty[name]
    with torch.no_grad():
        critic[3].weight.mul_(steepness)  # type: ignore[index,union-attr,operator]
    real, fake = torch.rand(2, 6, 2, 16, 16, dtype=torch.float64) * 2 - 1
    noise = penalty.noise(real, torch.Generator().manual_seed(1))
    deviation = ((real - real.mean()) ** 2).mean().sqrt()
    own = penalty.function(critic, real, fake, noise)
    expected = torch.stack([FORMULAS[name](critic, *parts, deviation) for parts in zip(real, fake, noise, strict=True)])
    torch.testing.assert_close(own, expected, rtol=1e-9, atol=1e-11)
    weighing = torch.linspace(-1, 2, 6, dtype=torch.float64)
    weights = list(critic.parameters())
    gradients, references = (
        torch.autograd.grad((weighing * values).sum(), weights, materialize_grads=True) for values in (own, expected)
    )
    torch.testing.assert_close(gradients, references, rtol=1e-8, atol=1e-10)
    assert any(gradient.any() for gradient in references) or (name, steepness) == ("lp", 1.0)
