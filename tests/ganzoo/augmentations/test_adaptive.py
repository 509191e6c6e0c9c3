"""ADA: its changes one at a time, and its controller by hand and on a discriminator that overfits."""

import colorsys
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torchvision.transforms.v2 import functional as vision

from ganzoo.augmentations import ADAPTIVE, ADAPTIVE_QUICK
from ganzoo.augmentations.adaptive import NAMES, NORMAL, UNIFORM, augment, next_strength, random_numbers
from ganzoo.components import Weights

IMAGES = torch.rand(2, 3, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1
ZERO = torch.zeros((), dtype=torch.float64)
# Where a change has its random number: in the uniform ones behind the gates, or in the normal ones.
UNIFORMS = ("flip", "quarter", "across", "down", "turn_before", "turn_after", "inverse", "hue")
NORMALS = ("scale", "stretch", "right", "below", "brightness", "contrast", "saturation")


def changed(images: Tensor, gates: tuple[str, ...], strength: float = 0.5, **numbers: float) -> Tensor:
    """Images under some changes alone, with their random numbers given."""
    noise = torch.full((len(images), UNIFORM + NORMAL), 0.9, dtype=images.dtype)
    for gate in gates:
        noise[:, NAMES.index(gate)] = 0.1
    for name, value in numbers.items():
        place = len(NAMES) + UNIFORMS.index(name) if name in UNIFORMS else UNIFORM + NORMALS.index(name)
        noise[:, place] = value
    return augment(images, noise, ZERO, ZERO + strength, ZERO, ZERO)


def turn(images: Tensor, degrees: float) -> Tensor:
    return vision.rotate(images, degrees, vision.InterpolationMode.BILINEAR)


def test_nothing_happens_at_strength_0_to_the_last_bit() -> None:
    for dtype in (torch.float32, torch.float64):
        images = IMAGES.to(dtype)
        noise = ADAPTIVE.noise(images, torch.Generator().manual_seed(2))
        noise[:, : len(NAMES)] = 0.0
        zero = ZERO.to(dtype)
        assert torch.equal(augment(images, noise, zero, zero, zero, zero), images)


@pytest.mark.parametrize(
    ("gates", "numbers", "expected"),
    [
        (("flip",), {"flip": 0.7}, lambda images: images.flip(3)),
        (("flip",), {"flip": 0.3}, lambda images: images),
        (("quarter",), {"quarter": 0.6}, lambda images: images.flip(2, 3)),
        (("quarter",), {"quarter": 0.3}, lambda images: torch.rot90(images, -1, (2, 3))),
        (("brightness",), {"brightness": 1.5}, lambda images: images + 0.3),
        (("contrast",), {"contrast": 2.0}, lambda images: 2 * images),
        (("brightness", "contrast"), {"brightness": -1.0, "contrast": -2.0}, lambda images: (images - 0.2) / 2),
        (("inverse",), {"inverse": 0.6}, lambda images: images - 2 * images.mean(1, keepdim=True)),
        (("saturation",), {"saturation": -40.0}, lambda images: images.mean(1, keepdim=True).expand_as(images)),
        (("hue",), {"hue": 5 / 6}, lambda images: images.roll(1, 1)),
    ],
    ids=lambda case: "+".join(case) if isinstance(case, tuple) else None,
)
def test_one_change_at_a_time(
    gates: tuple[str, ...], numbers: dict[str, float], expected: Callable[[Tensor], Tensor]
) -> None:
    torch.testing.assert_close(changed(IMAGES, gates, **numbers), expected(IMAGES), rtol=0, atol=1e-10)


def test_whole_pixels_move_by_an_eighth_at_most() -> None:
    """16 pixels by 2 * 0.9 - 1 = 0.8 of an eighth: 1.6, so 2; and by -0.2 of it: -0.4, so not at all."""
    images = torch.randn(1, 1, 16, 16, dtype=torch.float64)
    seen = changed(images, ("whole",), across=0.9, down=0.4)
    assert torch.equal(seen[..., 2:], images[..., :-2])


@pytest.mark.parametrize("gate", ["turn_before", "turn_after"])
def test_a_turn_equals_torchvision_s_inside(gate: str) -> None:
    """By an eighth of the circle, within the circle that no corner enters; 0.5 + 1/8 is 45 degrees, clockwise."""
    images = torch.rand(1, 3, 33, 33, dtype=torch.float64)
    images = torch.nn.functional.avg_pool2d(images, 5, 1, 2)
    seen = changed(images, (gate,), **{gate: 0.5 + 1 / 8})
    inner = (..., slice(10, 23), slice(10, 23))
    torch.testing.assert_close(seen[inner], turn(images, -45)[inner], rtol=0, atol=1e-6)


def test_turns_happen_half_as_often_each() -> None:
    """At p = 0.5 each with 1 - sqrt(0.5) = 0.293: a gate of 0.28 is open, of 0.3 shut, of others open to 0.5."""
    noise = torch.full((1, UNIFORM + NORMAL), 0.9, dtype=torch.float64)
    for gate, is_open in ((0.28, True), (0.3, False)):
        noise[:, NAMES.index("turn_before")] = gate
        seen = augment(IMAGES[:1], noise, ZERO, ZERO + 0.5, ZERO, ZERO)
        assert torch.equal(seen, IMAGES[:1]) != is_open


def test_a_larger_image_is_looked_up_nearer_to_the_middle() -> None:
    """Twice as large, 2^(0.2 * 5): pixel 1.5 from the middle shows what was 0.75 from it."""
    ramp = torch.arange(8, dtype=torch.float64).sub(3.5).expand(1, 1, 8, 8)
    torch.testing.assert_close(changed(ramp, ("scale",), scale=5.0), ramp / 2)
    torch.testing.assert_close(changed(ramp, ("stretch",), stretch=5.0), ramp / 2)
    torch.testing.assert_close(changed(ramp.mT, ("stretch",), stretch=-5.0), ramp.mT / 2)
    moved = changed(ramp, ("part",), right=1.0)
    torch.testing.assert_close(moved[..., 1:], ramp[..., :-1])


def test_grey_has_no_hue_and_no_saturation() -> None:
    grey = IMAGES[:, :1]
    assert torch.equal(changed(grey, ("hue", "saturation"), hue=0.8, saturation=2.0), grey)
    assert torch.equal(changed(grey, ("inverse",), inverse=0.8), -grey)


def test_hue_turns_colours_as_on_the_wheel() -> None:
    """A third of the circle brings red to green or blue, and leaves their grey."""
    red = torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64)[None, :, None, None].expand(1, 3, 2, 2)
    found = changed(red, ("hue",), hue=0.5 + 1 / 3)[0, :, 0, 0].numpy()
    hue, *_ = colorsys.rgb_to_hsv(*found)
    assert min(abs(hue - 1 / 3), abs(hue - 2 / 3)) < 1e-9
    np.testing.assert_allclose(sorted(found), [0, 0, 1], atol=1e-9)


def after(batches: list[float], images_to_full: int = 160, strength: float = 0.5) -> list[float]:
    """The strength after each batch of 10 whose mean sign is given."""
    state: Weights = {"strength": ZERO + strength, "signs": ZERO, "batches": ZERO}
    found = []
    for share in batches:
        positive = round(5 * (1 + share))
        logits = torch.tensor([3.0] * positive + [-0.1] * (10 - positive), dtype=torch.float64)
        state = next_strength(state, logits, images_to_full=images_to_full)
        found.append(state["strength"].item())
    return found


def test_the_strength_moves_every_fourth_batch() -> None:
    """4 batches of 10 in 160 images are a quarter: up for a mean of 0.65, down for one of 0.55."""
    up, down = [1.0, 0.8, 0.6, 0.2], [0.8, 0.8, 0.6, 0.0]
    assert after(up) == [0.5, 0.5, 0.5, 0.75]
    assert after(down) == [0.5, 0.5, 0.5, 0.25]
    assert after(up + down + down) == pytest.approx([*[0.5] * 3, *[0.75] * 4, *[0.5] * 4, 0.25])


def test_the_strength_is_held_between_nothing_and_always() -> None:
    assert after([1.0] * 16)[-1] == 1.0
    assert after([-1.0] * 16)[-1] == 0.0


def test_the_paper_s_pace() -> None:
    """Batches of 64: 500,000 images are 7,812.5 of them, 20,000 are 312.5."""
    state: Weights = dict.fromkeys(("strength", "signs", "batches"), ZERO)
    logits = torch.ones(64, dtype=torch.float64)
    for augmentation, images in ((ADAPTIVE, 500_000), (ADAPTIVE_QUICK, 20_000)):
        held = state
        for _ in range(40):
            held = augmentation.next_state(held, logits)
        assert held["strength"].item() == pytest.approx(40 * 64 / images)


def test_the_strength_settles_where_the_mean_sign_is_the_target() -> None:
    """A discriminator whose mean sign falls as 1 - 2 p has 0.6 at p = 0.2."""
    draw = torch.Generator().manual_seed(7)
    state: Weights = {name: torch.tensor(value) for name, value in ADAPTIVE.state.items()}
    found = []
    for _ in range(4000):
        is_positive = torch.rand(64, generator=draw) < 1 - state["strength"]
        state = next_strength(state, 2 * is_positive.float() - 1, images_to_full=50_000)
        found.append(state["strength"].item())
    assert np.mean(found[2000:]) == pytest.approx(0.2, abs=0.01)


def test_the_target_is_held_on_a_discriminator_that_overfits() -> None:
    """Forty real images against fresh noise: a network knows them by heart, with logits above 0 for nearly all, until
    it sees them changed; then their mean sign comes down to 0.6 and stays about there."""
    torch.manual_seed(0)
    draw = torch.Generator().manual_seed(5)
    real = torch.rand(40, 1, 8, 8, generator=draw) * 2 - 1
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1), nn.Flatten(0))
    descent = torch.optim.Adam(network.parameters(), lr=1e-3)
    state: Weights = {name: torch.tensor(value) for name, value in ADAPTIVE.state.items()}
    signs, strengths = [], []
    for update in range(800):
        batch = real[torch.randint(40, (32,), generator=draw)]
        fake = torch.rand(32, 1, 8, 8, generator=draw) * 2 - 1
        logits = [
            network(augment(each, random_numbers(each, draw), torch.tensor(0.0), **state)) for each in (batch, fake)
        ]
        loss = torch.relu(1 - logits[0]).mean() + torch.relu(1 + logits[1]).mean()
        descent.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        descent.step()
        signs.append(logits[0].detach().sign().mean().item())
        strengths.append(state["strength"].item())
        if update >= 200:
            state = next_strength(state, logits[0], images_to_full=10_000)
    assert np.mean(signs[100:200]) > 0.9
    assert np.mean(signs[-400:]) == pytest.approx(0.6, abs=0.05)
    assert 0.02 < min(strengths[-400:]) < max(strengths[-400:]) < 0.98
