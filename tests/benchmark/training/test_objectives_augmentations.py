"""Where augmentations stand in the two objectives, by hand for linear players and images * 2 + noise + progress."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from linear_players import BATCH, CRITIC, flat_critic, flat_generator, model_of, step
from torch import Tensor

from benchmark.training.model import Model
from benchmark.training.objectives import StepInputs, discriminator_objective, generator_objective
from ganzoo.components import Augmentation, Penalty, Weights
from ganzoo.losses import WASSERSTEIN
from ganzoo.registry import VARIANTS
from ganzoo.variant import Variant

SCALED = Augmentation(
    "scaled",
    lambda images, noise, progress: 2 * images + noise[:, None, None, None] + progress,
    lambda images, generator: torch.rand(len(images), generator=generator, dtype=images.dtype),
    "these tests",
)


def augmented(
    variant: Variant, *augmentations: Augmentation, opponent: Tensor, noise: Weights
) -> tuple[Model, StepInputs]:
    """The linear players' turn where progress is 0.25; noise is a number an image."""
    model = model_of(replace(variant, augmentations=augmentations))
    asked = step(model, opponent, penalty_weight=1.0)
    return model, replace(asked, noise=asked.noise | {name: value.double() for name, value in noise.items()})


def test_the_discriminator_sees_real_and_generated_images_augmented() -> None:
    """Pixels 2 * 0.2 + 0.1 + 0.25 = 0.75 and 2 * 0.1 + 0.05 + 0.25 = 0.5: logits 7 * 0.75 + 0.5 and 7 * 0.5 + 0.5."""
    noise = {"scaled-real": torch.full((BATCH,), 0.1), "scaled-fake": torch.full((BATCH,), 0.05)}
    model, asked = augmented(VARIANTS["wgan"], SCALED, opponent=flat_generator(), noise=noise)
    loss, outputs = discriminator_objective(model, flat_critic(), asked)
    assert outputs.curves["output_real"].item() == pytest.approx(5.75, abs=1e-7)
    assert outputs.curves["output_fake"].item() == pytest.approx(4.0, abs=1e-7)
    assert loss.item() == pytest.approx(4.0 - 5.75, abs=1e-7)


def test_the_generator_is_judged_and_learns_through_the_augmentation() -> None:
    """-(7 * 0.5 + 0.5); a pixel's bias gets minus twice the critic's weight."""
    noise = {"scaled-fake": torch.full((BATCH,), 0.05)}
    model, asked = augmented(VARIANTS["wgan"], SCALED, opponent=flat_critic(), noise=noise)
    weights = flat_generator().requires_grad_()
    loss, _ = generator_objective(model, weights, asked)
    (gradient,) = torch.autograd.grad(loss, weights)
    assert loss.item() == pytest.approx(-4.0, abs=1e-7)
    torch.testing.assert_close(gradient[16:20], -2 * CRITIC[:4], rtol=0, atol=1e-12)


def test_a_relativistic_generator_sees_real_images_augmented() -> None:
    """real - fake is 5.75 - 4."""
    loss = replace(WASSERSTEIN, generator=lambda real, fake: real - fake, relativistic=True)
    noise = {"scaled-real": torch.full((BATCH,), 0.1), "scaled-fake": torch.full((BATCH,), 0.05)}
    model, asked = augmented(replace(VARIANTS["wgan"], loss=loss), SCALED, opponent=flat_critic(), noise=noise)
    assert generator_objective(model, flat_generator(), asked)[0].item() == pytest.approx(1.75, abs=1e-7)


def test_augmentations_follow_one_another() -> None:
    """2 * (-0.2 + 0.25) + 0.25 = 0.35 where the sign changes first, and -(2 * 0.2 + 0.25) + 0.25 = -0.4 otherwise."""
    mirrored = replace(SCALED, name="mirrored", function=lambda images, noise, progress: progress - images)
    noise = {f"{name}-{side}": torch.zeros(BATCH) for name in ("scaled", "mirrored") for side in ("real", "fake")}
    for order, pixel in (((mirrored, SCALED), 0.35), ((SCALED, mirrored), -0.4)):
        model, asked = augmented(VARIANTS["wgan"], *order, opponent=flat_generator(), noise=noise)
        _, outputs = discriminator_objective(model, flat_critic(), asked)
        assert outputs.curves["output_real"].item() == pytest.approx(7 * pixel + 0.5, abs=1e-7)


def test_penalties_look_at_augmented_images() -> None:
    seen: list[Tensor] = []

    def look(judge: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, noise: Tensor) -> Tensor:
        seen.extend((real, fake))
        return judge(real) * 0

    variant = replace(VARIANTS["wgan-gp"], penalties=(Penalty("look", look, "these tests", 1.0),))
    noise = {"scaled-real": torch.zeros(BATCH), "scaled-fake": torch.zeros(BATCH)}
    model, asked = augmented(variant, SCALED, opponent=flat_generator(), noise=noise)
    seen.clear()  # parts are tried out when a model is built
    discriminator_objective(model, flat_critic(), asked)
    assert [float(image.mean()) for image in seen] == pytest.approx([0.65, 0.45])
