"""What is known about each made data set; adding one is one entry here."""

from benchmark.datasets.gaussians import GAUSSIANS_GRID, GAUSSIANS_RING, GRID, RING
from benchmark.datasets.stacked_digits import STACKED_DIGITS
from benchmark.datasets.triangles import TRIANGLES
from benchmark.metrics.evidence import Evidence, GroundTruth
from benchmark.scoring.ground_truth.manifold_recall import manifold_recall
from benchmark.scoring.ground_truth.mixture_modes import mixture_modes
from benchmark.scoring.ground_truth.stacked_modes import stacked_modes
from benchmark.scoring.ground_truth.triangle_manifold import MOST_IMAGES, manifold_precision

# Of the search for the latent of a real image: a poor generator costs so many passes for each image that it lacks.
STARTS, STEPS = 2, 100


def triangle_scores(evidence: Evidence) -> dict[str, float]:
    """Precision on the manifold of triangles, and where the generator is at hand recall and 1 - F-score.

    As many real images are looked for as images were generated, as in Lucic et al. 2018, arXiv:1711.10337.
    """
    scores = manifold_precision(evidence.images)
    if evidence.generator is None:
        return scores
    precision = scores["manifold_precision"]
    generate, latents, wanted = evidence.generator.generate, evidence.generator.latents, evidence.real
    count = min(len(evidence.images), MOST_IMAGES)  # the first are as good as any: made triangles lie in no order
    recall = manifold_recall(generate, latents, wanted[:count], starts=STARTS, steps=STEPS)
    both = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return scores | {"manifold_recall": recall, "manifold_error": 1 - both}


GROUND_TRUTHS: dict[str, GroundTruth] = {
    GAUSSIANS_RING.name: lambda evidence: mixture_modes(RING, evidence.images),
    GAUSSIANS_GRID.name: lambda evidence: mixture_modes(GRID, evidence.images),
    STACKED_DIGITS.name: lambda evidence: stacked_modes(evidence.images),
    TRIANGLES.name: triangle_scores,
}


def find_ground_truth(dataset: str) -> GroundTruth | None:
    """What is known about a data set, or None."""
    return GROUND_TRUTHS.get(dataset)
