"""The standard extractor: torch-fidelity's Inception v3, and its weights."""

from pathlib import Path

from torch_fidelity import FeatureExtractorInceptionV3
from torch_fidelity.feature_extractor_inceptionv3 import URL_INCEPTION_V3

from benchmark.scoring.extractors.extractor import Extractor
from benchmark.scoring.extractors.published_weights import PublishedWeights

NAME = "inception-v3-compat"
WEIGHTS = PublishedWeights(
    extractor=NAME,
    url=URL_INCEPTION_V3,
    file=Path(URL_INCEPTION_V3).name,
    sha256="6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
    shapes={
        "Conv2d_1a_3x3.conv.weight": (32, 3, 3, 3),
        "Mixed_6e.branch7x7_3.conv.weight": (192, 192, 7, 1),
        "Mixed_7c.branch_pool.bn.running_var": (192,),
        "fc.weight": (1008, 2048),
    },
)


def inception_problem(data: Path) -> str | None:
    """None if the weights are in place, else one line saying which file to put where; never downloads."""
    return WEIGHTS.problem(data)


def inception_weights(data: Path) -> Path:
    """The file of weights, downloaded into the data folder if it is nowhere.

    torch-fidelity unpickles whatever the file holds, so it only ever sees the published file, or one that holds tensors
    alone.

    Raises:
        UserError: if it is nowhere and the download fails, or if it does not hold these weights.
    """
    return WEIGHTS.find(data)


INCEPTION = Extractor(
    name=NAME,
    network=FeatureExtractorInceptionV3,
    pooled="2048",
    logits="logits_unbiased",
    weights=inception_weights,
    problem=inception_problem,
    citation="Szegedy et al. 2016, arXiv:1512.00567; TensorFlow's weights of 2015-12-05, as FID was defined on",
    resize="bilinear as TensorFlow 1 has it, not antialiased, to 299x299",
)
