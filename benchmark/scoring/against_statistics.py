"""A scorer whose real side is a file of statistics: what can be computed from them, and what cannot."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import torch

from benchmark.datasets.catalog import LabelledImages
from benchmark.errors import UserError
from benchmark.metrics.catalog import find_metric
from benchmark.metrics.comparison import RealFeatures, RealSide
from benchmark.scoring.extractors.catalog import load_extractor
from benchmark.scoring.features import extract
from benchmark.scoring.given_statistics import read_statistics
from benchmark.scoring.needs import AtHand, asked_for, check_extractor, check_needs, check_number_of_images
from benchmark.scoring.scorer import Scorer, protocol_of
from benchmark.spec import Score, Spec

ADVICE = "for those give the real images"


def against_statistics(spec: Spec, source: Path, side: int, data: Path, device: torch.device) -> Scorer:
    """The scorer of a spec against the mean and the covariance in a file.

    Args:
        spec: How to score.
        source: The file, one that `holds_statistics`.
        side: Of the images that will be scored, in pixels.
        data: The data folder, which may hold weights.
        device: Where features are extracted.

    Raises:
        UserError: if weights cannot be had, the file's statistics are not of that extractor, or a metric that the spec
            asks for needs more than statistics.
    """
    check_extractor(spec.score, spec.dataset)
    _check_metrics(spec.score, source)
    extractor = load_extractor(spec.score.extractor, data, device)
    nothing = LabelledImages(torch.empty(0, 3, side, side, dtype=torch.uint8), torch.empty(0, dtype=torch.int64), 1)
    check_needs(spec.score, AtHand(spec.dataset, extractor.extractor, nothing, None))
    features = extract(extractor, torch.zeros(1, 3, side, side, dtype=torch.uint8)).pooled.shape[1]
    check_number_of_images(spec.score, features)
    real = read_statistics(source, features, extractor.extractor.name, device)
    protocol = protocol_of(spec, "all", extractor, nothing, _digest(real), features)
    side_of_real = RealSide(real, nothing.images.to(device), nothing.labels, nothing.classes)
    return Scorer(protocol, spec.score, extractor, side_of_real)


def left_out(metrics: Iterable[str], source: Path) -> str:
    """What to know where usual metrics cannot be computed from statistics; "" if all can.

    Args:
        metrics: Names of those that would be computed from images.
        source: The file of statistics.
    """
    lacking = [name for name in metrics if not find_metric(name).from_statistics]
    if not lacking:
        return ""
    return (
        f"Not computed: {', '.join(lacking)}. {source} holds a mean and a covariance of real features alone; {ADVICE}. "
        "Of which images, how many, and resized by which filter, it does not say."
    )


def _check_metrics(settings: Score, source: Path) -> None:
    for key, metric in asked_for(settings):
        if not metric.from_statistics:
            lacks = f"{source} holds a mean and a covariance of real features alone"
            raise UserError(f"metric {metric.name!r}: {lacks}; leave it out of {key}, or give the real images")


def _digest(real: RealFeatures) -> str:
    """First 16 hex digits of the SHA-256 of statistics."""
    digest = hashlib.sha256()
    for values in (real.mu, real.sigma):
        digest.update(values.cpu().contiguous().numpy().data)
    return digest.hexdigest()[:16]
