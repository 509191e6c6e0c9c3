"""Adaptive discriminator augmentation: as strong as it must be for the discriminator not to learn images by heart."""

from functools import partial

import torch
from torch import Tensor

from ganzoo.components import Augmentation, Weights
from ganzoo.layers.affine_maps import moved, seen_through, stretched, turned

TARGET = 0.6
BATCHES = 4  # between two looks
TRANSLATION = 0.125  # of the side: at most, in whole pixels, and one standard deviation, between them
SCALE, BRIGHTNESS, CONTRAST, SATURATION = 0.2, 0.2, 0.5, 1.0  # standard deviations; all but brightness of a log2
UNIFORM, NORMAL = 21, 7  # random numbers an image
NAMES = (
    *("flip", "quarter", "whole", "scale", "turn_before", "stretch", "turn_after", "part"),
    *("brightness", "contrast", "inverse", "hue", "saturation"),
)

Given = dict[str, Tensor]


def augment(
    images: Tensor, noise: Tensor, progress: Tensor, strength: Tensor, signs: Tensor, batches: Tensor
) -> Tensor:
    """Each of the paper's pixel, geometric and colour changes with probability p, an image apart.

    Args:
        images: (N, C, H, W), square.
        noise: (N, 28): 21 numbers uniform in [0, 1), and 7 standard normal ones.
        progress: Not read.
        strength: p (), in [0, 1].
        signs: Not read.
        batches: Not read.

    Returns:
        (N, C, H, W), not clamped; the images themselves, bit for bit, at p = 0.

    References:
        Karras et al. 2020, arXiv:2006.06676, section 2.2 and appendix B.
    """
    uniform, normal = noise[:, :UNIFORM], noise[:, UNIFORM:]
    # A turn before and a turn after the stretch, so that one of both is there with probability p.
    once = 1 - (1 - strength).sqrt()
    chances = {"turn_before": once, "turn_after": once}
    happens = {name: (uniform[:, nth] < chances.get(name, strength)).to(images.dtype) for nth, name in enumerate(NAMES)}
    ways = uniform[:, len(NAMES) :]
    return recoloured(seen_through(images, sources(happens, ways, normal, images.shape[3])), happens, ways, normal)


def sources(happens: Given, uniform: Tensor, normal: Tensor, side: int) -> Tensor:
    """Where the pixels of changed images come from.

    Args:
        happens: 1 where a change of `NAMES` is made, else 0, (N,) each.
        uniform: (N, 8), in [0, 1): flip, quarter turns, whole pixels across and down, turns before and after; two more.
        normal: (N, 7), standard normal: scale, stretch, parts of a pixel across and down; three more.
        side: Of the images, in pixels.

    Returns:
        (N, 3, 3), the inverse of: flip, quarter turns, whole pixels, scale, turn, stretch, turn, translation.
    """
    flip, quarter, across, down, before, after = uniform[:, :6].unbind(1)
    scale, stretch, right, below = normal[:, :4].unbind(1)
    mirrored = 1 - 2 * happens["flip"] * (2 * flip).floor()
    quarters = happens["quarter"] * (4 * quarter).floor()
    # Sine and cosine of quarter turns as they are, without rounding.
    cosine = (1 - quarters).clamp(min=0) - (1 - (quarters - 2).abs()).clamp(min=0)
    sine = (1 - (quarters - 1).abs()).clamp(min=0) - (1 - (quarters - 3).abs()).clamp(min=0)
    whole = [happens["whole"] * ((2 * way - 1) * TRANSLATION * side).round() for way in (across, down)]
    larger = torch.exp2(-SCALE * happens["scale"] * scale)
    wider = torch.exp2(-SCALE * happens["stretch"] * stretch)
    part = [happens["part"] * TRANSLATION * side * way for way in (right, below)]
    steps = (
        stretched(mirrored, torch.ones_like(mirrored)),
        turned(cosine, -sine),
        moved(-whole[0], -whole[1]),
        stretched(larger, larger),
        _freely(happens["turn_before"], before),
        stretched(wider, 1 / wider),
        _freely(happens["turn_after"], after),
        moved(-part[0], -part[1]),
    )
    combined = steps[0]
    for step in steps[1:]:
        combined = combined @ step
    return combined


def _freely(happens: Tensor, uniform: Tensor) -> Tensor:
    """The inverse of a turn by any angle in [-pi, pi) where it happens; (N,), (N,) -> (N, 3, 3)."""
    angle = happens * (2 * uniform - 1) * torch.pi
    return turned(angle.cos(), -angle.sin())


def recoloured(images: Tensor, happens: Given, uniform: Tensor, normal: Tensor) -> Tensor:
    """Brightness, contrast, inversion of the brightness, hue and saturation, in this order; of grey the first three.

    Args:
        images: (N, C, H, W).
        happens: 1 where a change of `NAMES` is made, else 0, (N,) each.
        uniform: (N, 8), in [0, 1): the last two are inversion and hue.
        normal: (N, 7), standard normal: the last three are brightness, contrast and saturation.

    Returns:
        (N, C, H, W).
    """
    inverse, hue = uniform[:, 6:].unbind(1)
    brightness, contrast, saturation = normal[:, 4:].unbind(1)
    brighter = happens["brightness"] * BRIGHTNESS * brightness
    steeper = torch.exp2(CONTRAST * happens["contrast"] * contrast)
    images = (images + _each(brighter)) * _each(steeper)
    inverted = 1 - 2 * happens["inverse"] * (2 * inverse).floor()
    if images.shape[1] == 1:
        return images * _each(inverted)
    colourful = torch.exp2(SATURATION * happens["saturation"] * saturation)
    angle = happens["hue"] * (2 * hue - 1) * torch.pi
    grey = images.mean(1, keepdim=True)
    colour = images - grey
    if images.shape[1] == 3:
        # Around the grey axis by Rodrigues' formula; the axis is 1 / sqrt(3) of each channel.
        across = (images.roll(1, 1) - images.roll(-1, 1)) / 3**0.5
        colour = colour * _each(angle.cos()) + across * _each(angle.sin())
    # Taking the grey out and putting it back rounds.
    is_changed = _each(happens["inverse"] + happens["hue"] + happens["saturation"]) > 0
    return torch.where(is_changed, grey * _each(inverted) + colour * _each(colourful), images)


def _each(numbers: Tensor) -> Tensor:
    return numbers[:, None, None, None]


def random_numbers(images: Tensor, generator: torch.Generator) -> Tensor:
    """21 numbers an image uniform in [0, 1), and 7 standard normal ones; (N, C, H, W) -> (N, 28)."""
    uniform = torch.rand(len(images), UNIFORM, generator=generator, dtype=images.dtype, device=generator.device)
    normal = torch.randn(len(images), NORMAL, generator=generator, dtype=images.dtype, device=generator.device)
    return torch.cat([uniform, normal], 1)


def next_strength(state: Weights, real_logits: Tensor, *, images_to_full: int) -> Weights:
    """Every fourth batch p moves by 4 N / `images_to_full`: up where mean sign D(x) over them is above 0.6, else down.

    Args:
        state: `strength` p (), in [0, 1]; `signs` (), the sum of the batches' mean signs; `batches` (), how many.
        real_logits: Logits on real images (N,), as the discriminator saw them.
        images_to_full: Real images in which p goes from 0 to 1 at most.

    Returns:
        The same after this update, which carry no gradient.

    References:
        Karras et al. 2020, arXiv:2006.06676, equation 1 and section 3.1.
    """
    batches = state["batches"] + 1
    signs = state["signs"] + real_logits.detach().sign().mean()
    due = (batches >= BATCHES).to(signs.dtype)
    step = BATCHES * len(real_logits) / images_to_full
    strength = (state["strength"] + due * step * (signs / BATCHES - TARGET).sign()).clamp(0, 1)
    return {"strength": strength.detach(), "signs": ((1 - due) * signs).detach(), "batches": (1 - due) * batches}


def adaptive(name: str, images_to_full: int, limits: str) -> Augmentation:
    """ADA that goes from nothing to full strength in so many real images at most."""
    return Augmentation(
        name=name,
        function=augment,
        noise=random_numbers,
        citation="Karras et al. 2020, arXiv:2006.06676, sections 2 and 3 and appendix B: pixel blitting, geometric and "
        f"colour changes, r_t with the target 0.6, p from 0 to 1 in {images_to_full:,} images",
        limits=f"{limits} Turned, mirrored or inverted images may be learned where p stays above 0.8 or so. Of the "
        "paper's changes without filters, noise and cut; bilinear between pixels, not by wavelets as long as an image.",
        state={"strength": 0.0, "signs": 0.0, "batches": 0.0},
        next_state=partial(next_strength, images_to_full=images_to_full),
        watches_signs=True,
    )


ADAPTIVE = adaptive("ada", 500_000, "The paper's pace: too slow for runs of fewer images than that.")
ADAPTIVE_QUICK = adaptive("ada-quick", 20_000, "For runs of some ten thousand images; the pace is this zoo's.")
