from dataclasses import replace

import pytest
import torch
from comparisons import gaussian, of_features

from benchmark.metrics.evidence import Evidence, Inverted
from benchmark.metrics.known_truth import KNOWN_TRUTH

IMAGES = torch.arange(4 * 64, dtype=torch.uint8).view(4, 1, 8, 8)


def compared(truth, generator=None):
    comparison = of_features(gaussian(5, 3, 0), gaussian(6, 3, 1))
    real = replace(comparison.real, images=255 - IMAGES, truth=truth)
    return replace(comparison, images=IMAGES, real=real, generator=generator)


def test_the_truth_sees_both_sets_and_the_generator():
    seen: list[Evidence] = []

    def truth(evidence: Evidence) -> dict[str, float]:
        seen.append(evidence)
        return {"modes": 7.0}

    generator = Inverted(lambda latents: latents, torch.zeros(2, 3))
    assert KNOWN_TRUTH.function(compared(truth, generator)) == {"modes": 7.0}
    assert torch.equal(seen[0].images, IMAGES)
    assert torch.equal(seen[0].real, 255 - IMAGES)
    assert seen[0].generator is generator


def test_the_truth_may_descend_through_the_generator():
    """Metrics are called in inference mode, in which nothing has a gradient."""

    def slope(evidence: Evidence) -> dict[str, float]:
        latents = evidence.generator.latents.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(evidence.generator.generate(latents).sum(), latents)
        return {"manifold_recall": gradient.sum().item()}

    generator = Inverted(lambda latents: latents**2, torch.tensor([[1.0, 2.0]]))
    with torch.inference_mode():
        assert KNOWN_TRUTH.function(compared(slope, generator)) == {"manifold_recall": pytest.approx(6.0)}
