"""Whether images that are scored are among those that they are compared with, by their pixels."""

import hashlib
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from benchmark.metrics.comparison import RealFeatures

CHUNK = 256
EXACTLY = "to the last pixel"
CLOSE = 1e-6  # how far statistics of the same images may be apart: other programs sum in another order


def fingerprints(images: Tensor) -> list[bytes]:
    """For each image 16 bytes that change with any of its pixels and with its size.

    Args:
        images: (N, C, H, W) uint8, on any device; of one channel it counts as the same in three.
    """
    return [fingerprint for chunk in torch.split(images, CHUNK) for fingerprint in _of(chunk)]


def _of(chunk: Tensor) -> Iterable[bytes]:
    pixels = chunk.expand(-1, 3, -1, -1).cpu().contiguous().numpy()
    size = str(pixels.shape[1:]).encode()
    return (hashlib.blake2b(image.data, digest_size=16, person=size[:16]).digest() for image in pixels)


def overlap(generated: Sequence[bytes], real: Sequence[bytes]) -> str:
    """What to know where images are on both sides; "" if none is.

    Args:
        generated: `fingerprints` of the images that are scored.
        real: Of those that they are compared with.
    """
    ours, theirs = _among(generated, real), _among(real, generated)
    if ours == len(generated) and theirs == len(real):
        return f"A set is scored against itself: each of its {ours} images is among the real ones, {EXACTLY}."
    if ours == len(generated):
        whole = f"the {len(real)} real ones, {EXACTLY}"
        return f"A part is scored against its whole: each of the {ours} images is among {whole}."
    if theirs == len(real):
        whole = f"the {len(generated)} that are scored, {EXACTLY}"
        return f"A set is scored against a part of itself: each of the {theirs} real images is among {whole}."
    return f"{ours} of the {len(generated)} images are copies of real ones, {EXACTLY}." if ours else ""


def _among(some: Sequence[bytes], others: Sequence[bytes]) -> int:
    known = set(others)
    return sum(fingerprint in known for fingerprint in some)


def same_statistics(ours: tuple[Tensor, Tensor], real: RealFeatures) -> str:
    """What to know where given statistics are those of the images that are scored; "" if they are not.

    Args:
        ours: Mean (D,) and covariance (D, D) of the images, float64, on the device of the real ones.
        real: The given ones.
    """
    pairs = ((ours[0], real.mu), (ours[1], real.sigma))
    if all(float((one - other).abs().max()) <= CLOSE * float(other.abs().max()) for one, other in pairs):
        return "A set is scored against itself: the given statistics are those of its images."
    return ""
