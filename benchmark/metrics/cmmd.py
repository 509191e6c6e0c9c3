"""CMMD: the maximum mean discrepancy between CLIP's embeddings of generated and real images."""

from benchmark.metrics.comparison import Comparison
from benchmark.metrics.metric import Column, Metric

EXTRACTOR = "clip-vit-l-14-336px"
SIGMA = 10.0  # the paper's, of the Gaussian kernel
SCALE = 1000.0  # the paper's


def cmmd(comparison: Comparison) -> dict[str, float]:
    """1,000 times the squared discrepancy of embeddings of length 1, in double precision; biased, as the paper's is."""
    from torch.nn.functional import normalize

    from benchmark.metrics.arithmetic.gaussian_kernel_distance import mean_kernel, squared_discrepancy

    known = comparison.real.features
    generated, real = (
        normalize(features.double(), dim=1) for features in comparison.on_device(comparison.generated, known.pooled)
    )
    within = known.once("cmmd", lambda: mean_kernel(real, real, SIGMA))
    return {"cmmd": SCALE * squared_discrepancy(generated, real, SIGMA, within)}


CMMD = Metric(
    name="cmmd",
    columns={"cmmd": Column("CMMD", "", lower_is_better=True, lowest=0.0, is_ratio=True)},
    function=cmmd,
    citation="Jayasumana et al. 2024, arXiv:2401.09603, section 4",
    extractor=EXTRACTOR,
)
