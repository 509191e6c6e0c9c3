"""FID, KID and inception score once more, by torchmetrics and from the same features: two libraries, one answer."""

import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from benchmark.agreement import Agreement, CrossCheck
from benchmark.datasets.draw import drawn
from benchmark.metrics.arithmetic.frechet_distance import moments
from benchmark.metrics.comparison import Comparison
from benchmark.metrics.fid import FID
from benchmark.metrics.kid import SEED

if TYPE_CHECKING:
    from torchmetrics import Metric

# Of each set, for KID: torchmetrics holds three kernels of the sets it compares, 32 MB each of so many images.
MOST_IMAGES = 2000
EPSILON = torch.finfo(torch.float64).eps
# What rounding makes of equal sets. FID has the roots of eigenvalues: where there are fewer images than features many
# are zero but for EPSILON, whose root is left of each. KID has sums of kernels, which nearly cancel. Measured: up to
# 2.5 roots of the traces, and 0.6 EPSILON of the kernel.
ROOTS, SUMS = 8, 64


class Features(nn.Module):
    """Features in the place of a network: what is put in comes out."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.num_features = count

    def forward(self, features: Tensor) -> Tensor:
        """(N, D) -> (N, D)."""
        return features


def cross_check(comparison: Comparison) -> CrossCheck:
    """Compute what torchmetrics has, too, both ways; deterministic, and random states are left as they were.

    FID is of all images. KID is of up to 2,000 of each set as a whole, the real ones drawn by class, since both
    libraries draw other subsets; and the inception score of all images without splits, which they draw differently. All
    in float64.

    Args:
        comparison: Generated beside real features.

    Returns:
        "fid", "kid" and, where the extractor is a classifier, "inception_score".
    """
    with torch.random.fork_rng(devices=[]), torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that features are kept, which is what they are for
        torch.default_generator.manual_seed(SEED)  # torchmetrics shuffles, which changes the rounding of its sums
        scores = {"fid": _fid(comparison), "kid": _kid(comparison)}
        if comparison.logits is not None:
            scores["inception_score"] = _inception_score(comparison.logits)
    return CrossCheck(f"torchmetrics {version('torchmetrics')}", scores)


# torchmetrics takes a second to import, so it is where it is called.
def _fid(comparison: Comparison) -> Agreement:
    from torchmetrics.image.fid import FrechetInceptionDistance

    generated, real = comparison.on_device(comparison.generated, comparison.real.features.pooled)
    metric = _exact(FrechetInceptionDistance(feature=Features(real.shape[1])), comparison.device)
    metric.update(real.double(), real=True)
    metric.update(generated.double(), real=False)
    traces = sum(moments(each)[1].trace().item() for each in (generated, real))
    return Agreement(FID.function(comparison)["fid"], metric.compute().item(), ROOTS * EPSILON**0.5 * traces)


def _kid(comparison: Comparison) -> Agreement:
    from torchmetrics.image.kid import KernelInceptionDistance

    from benchmark.metrics.arithmetic.kernel_distance import real_kernels, subset_distances

    generated, real = comparison.generated.double(), comparison.real.features.pooled.double()
    size = min(len(generated), len(real), MOST_IMAGES)
    generated, real = generated[drawn(torch.zeros(len(generated)), size)], real[drawn(comparison.real.labels, size)]
    network = Features(real.shape[1])
    metric = _exact(KernelInceptionDistance(feature=network, subsets=1, subset_size=size), torch.device("cpu"))
    metric.update(real, real=True)
    metric.update(generated, real=False)
    kernel = max(((each.square().sum(1) / each.shape[1] + 1) ** 3).mean().item() for each in (generated, real))
    ours = subset_distances(generated, real, size, real_kernels(real, size, 1, size, SEED)).item()
    return Agreement(ours, metric.compute()[0].item(), SUMS * EPSILON * kernel)


def _inception_score(logits: Tensor) -> Agreement:
    from torch_fidelity.metric_isc import KEY_METRIC_ISC_MEAN, isc_features_to_metric
    from torchmetrics.image.inception import InceptionScore

    metric = _exact(InceptionScore(feature=Features(logits.shape[1]), splits=1), torch.device("cpu"))
    metric.update(logits.double())
    ours = isc_features_to_metric(logits, splits=1)[KEY_METRIC_ISC_MEAN]
    return Agreement(ours, metric.compute()[0].item(), rounding=0.0)  # never below 1


def _exact(metric: "Metric", device: torch.device) -> "Metric":
    """In double precision, on a device."""
    return metric.set_dtype(torch.float64).to(device)
