"""What scores rest on, in words, and what to know of them before believing them."""

import hashlib

from benchmark.records import Protocol
from benchmark.spec.sections import Score

# What metrics that take more images than there are features are called.
OF_COVARIANCES = {"fid": "FID", "fid_infinity": "FID", "fd-dinov2": "FD-DINOv2"}
AS_THEY_WERE, EIGHT_BITS = "none", "8 bits"  # of a protocol's ways to resize, and depths
NO_WEIGHTS = hashlib.sha256().hexdigest()[:16]


def cautions(protocol: Protocol, settings: Score) -> list[str]:
    """A line for each thing that makes scores mean less than they seem to.

    Args:
        protocol: What the scores rest on; of what it does not say nothing is told.
        settings: What was asked for.
    """
    of_numbers = (_few_images(protocol, settings), _small_subsets(protocol, settings))
    found = (*of_numbers, _sides(protocol), _whites(protocol), _foreign(protocol))
    return [line for line in found if line]


def sizes_sentence(protocol: Protocol) -> str:
    """What images of both sides were, and what brought them to one size; "" where nothing is known."""
    parts = [
        f"{name} images of {sizes} pixels{'' if resize == AS_THEY_WERE else f' ({resize}, to {_square(protocol)})'}"
        f"{'' if depth in (None, EIGHT_BITS) else f' ({depth})'}"
        for name, sizes, resize, depth in (
            ("real", protocol.real_sizes, protocol.real_resize, protocol.real_depth),
            ("generated", protocol.generated_sizes, protocol.generated_resize, protocol.generated_depth),
        )
        if sizes
    ]
    parts += [f"resized by the extractor: {protocol.extractor_resize}"] if protocol.extractor_resize else []
    return ", ".join(parts)


def features_phrase(protocol: Protocol) -> str:
    """Whose features are compared, and by which weights."""
    weights = "no network" if protocol.extractor_digest == NO_WEIGHTS else f"weights {protocol.extractor_digest}"
    return f"features of {protocol.extractor} ({weights})"


def _square(protocol: Protocol) -> str:
    return f"{protocol.resolution}x{protocol.resolution}"


def _few_images(protocol: Protocol, settings: Score) -> str:
    asked = [name for name in (*settings.metrics, *settings.final_metrics) if name in OF_COVARIANCES]
    if not asked:
        return ""
    features, sides = protocol.features, {"generated": protocol.generated_images, "real": protocol.real_images}
    # Of how many real images given statistics are, they do not say: 0 stands for it.
    few = [f"{count} {name}" for name, count in sides.items() if features and 0 < count < features]
    if not few:
        return ""
    return (
        f"{' and '.join(few)} images are too few for {features} features: their covariance has not full rank, and "
        f"{OF_COVARIANCES[asked[0]]} is biased upward; take more images, or an extractor with fewer features."
    )


def _small_subsets(protocol: Protocol, settings: Score) -> str:
    used, asked = protocol.kid_subset_size, settings.kid_subset_size
    if used is None or used >= asked:
        return ""
    return f"KID's subsets have {used} images, not the {asked} of score.kid_subset_size: one side has no more."


def _sides(protocol: Protocol) -> str:
    side = _square(protocol)
    pairs = (protocol.real_sizes, protocol.real_resize), (protocol.generated_sizes, protocol.generated_resize)
    real, generated = (sizes if resize == AS_THEY_WERE else side for sizes, resize in pairs)
    if None in (real, generated) or real == generated:
        return ""
    return (
        f"Real images of {real} and generated ones of {generated} pixels are compared: only the extractor brings them "
        "to one size, and sharpness counts as a difference; name one side for both (resolution)."
    )


def _whites(protocol: Protocol) -> str:
    real, generated = protocol.real_depth, protocol.generated_depth
    if real == generated or EIGHT_BITS in (real, generated) or None in (real, generated):
        return ""
    return (
        f"Greys of real images ({real}) and of generated ones ({generated}) have a white each: contrast counts as a "
        "difference; save both in one way."
    )


def _foreign(protocol: Protocol) -> str:
    if not protocol.foreign_extractor:
        return ""
    return f"The extractor {protocol.extractor} was made for other data than {protocol.dataset}."
