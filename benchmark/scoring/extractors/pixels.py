"""An extractor without a network: the image itself, small; for sets that no network was made for."""

from pathlib import Path

from torch import Tensor
from torch.nn.functional import interpolate
from torch_fidelity import FeatureExtractorBase

from benchmark.datasets.dataset import nothing_missing
from benchmark.pixels import to_float
from benchmark.scoring.extractors.extractor import Extractor

NAME = "pixels"
SIDE = 8
FEATURES = 3 * SIDE**2


class PixelsExtractor(FeatureExtractorBase):  # type: ignore[misc]  # torch-fidelity is untyped
    """Images (N, 3, H, W) uint8 to "192": their pixels in [-1, 1] at 8x8, averaged over, (N, 192) float64."""

    def __init__(self, name: str, features_list: list[str], **_settings: object) -> None:
        super().__init__(name, features_list)

    @staticmethod
    def get_provided_features_list() -> tuple[str, ...]:
        """The one layer by name."""
        return (str(FEATURES),)

    @staticmethod
    def get_default_feature_layer_for_metric(_metric: str) -> str:
        """The layer that a metric of torch-fidelity reads."""
        return str(FEATURES)

    @staticmethod
    def can_be_compiled() -> bool:
        """Whether torch.compile may wrap it."""
        return False

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Images (N, 3, H, W) uint8 of any side to ((N, 192),)."""
        small = interpolate(to_float(images), size=(SIDE, SIDE), mode="bilinear", antialias=True)
        return (small.flatten(1).double(),)


def no_weights(data: Path) -> None:
    """It has none."""


PIXELS = Extractor(
    name=NAME,
    network=PixelsExtractor,
    pooled="192",
    logits=None,
    weights=no_weights,
    problem=nothing_missing,
    citation="colours of the image at 8x8 pixels: no network, for sets that none was made for",
    resize="bilinear, antialiased, to 8x8",
)
