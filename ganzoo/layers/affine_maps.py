"""Maps of the plane, an image each, and images seen through them."""

import torch
from torch import Tensor


def turned(cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotations by angles of cosines (N,) and sines (N,); (N,), (N,) -> (N, 3, 3)."""
    zero, one = torch.zeros_like(cosine), torch.ones_like(cosine)
    return _matrix((cosine, -sine, zero), (sine, cosine, zero), (zero, zero, one))


def stretched(across: Tensor, down: Tensor) -> Tensor:
    """Scalings by factors across (N,) and down (N,), about the middle; (N,), (N,) -> (N, 3, 3)."""
    zero, one = torch.zeros_like(across), torch.ones_like(across)
    return _matrix((across, zero, zero), (zero, down, zero), (zero, zero, one))


def moved(across: Tensor, down: Tensor) -> Tensor:
    """Translations by pixels across (N,) and down (N,); (N,), (N,) -> (N, 3, 3)."""
    zero, one = torch.zeros_like(across), torch.ones_like(across)
    return _matrix((one, zero, across), (zero, one, down), (zero, zero, one))


def _matrix(*rows: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    return torch.stack([torch.stack(row, -1) for row in rows], -2)


def seen_through(images: Tensor, sources: Tensor) -> Tensor:
    """Images whose every pixel is looked up where a map sends it, between pixels by bilinear interpolation.

    Args:
        images: (N, C, H, W); differentiable in them, and twice.
        sources: (N, 3, 3), from a pixel of the result to its place in the image, both from the middle, in pixels.
            Beyond its outermost pixels an image is mirrored at them.

    Returns:
        (N, C, H, W); the images themselves, bit for bit, where the map is the identity.
    """
    height, width = images.shape[2:]
    down, across = (_places(side, images) for side in (height, width))
    x, y = across.repeat(height), down.repeat_interleave(width)
    homogeneous = torch.stack([x, y, torch.ones_like(x)])
    found = sources @ homogeneous
    columns = _tents(found[:, 0] + (width - 1) / 2, width)
    rows = _tents(found[:, 1] + (height - 1) / 2, height)
    # Products of weights, most of them 0, where indexing by position would neither batch nor differentiate twice.
    of_rows = torch.einsum("nph,nchw->npcw", rows, images)
    return torch.einsum("npcw,npw->ncp", of_rows, columns).reshape(images.shape)


def _places(side: int, images: Tensor) -> Tensor:
    return torch.arange(side, dtype=images.dtype, device=images.device) - (side - 1) / 2


def _tents(places: Tensor, side: int) -> Tensor:
    """How much each of a side's pixels adds at places (N, P) on it; (N, P) -> (N, P, side), in [0, 1]."""
    last = max(side - 1, 1)
    inside = last - (places.remainder(2 * last) - last).abs()
    pixels = torch.arange(side, dtype=places.dtype, device=places.device)
    return (1 - (inside[..., None] - pixels).abs()).clamp(min=0)
