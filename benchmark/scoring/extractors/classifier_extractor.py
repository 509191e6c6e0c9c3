"""A classifier as torch-fidelity wants an extractor; double features, since KID is computed in their type."""

from torch import Tensor
from torch.nn.functional import interpolate
from torch_fidelity import FeatureExtractorBase

from benchmark.pixels import to_float
from benchmark.scoring.extractors.classifier import Classifier


class ClassifierExtractor(FeatureExtractorBase):  # type: ignore[misc]  # torch-fidelity is untyped
    """What all extractors have whose network is a `Classifier`.

    Args:
        name: How torch-fidelity knows it.
        features_list: The layers that are asked for, "64" or "logits".
        network: With its weights.
    """

    def __init__(self, name: str, features_list: list[str], network: Classifier) -> None:
        super().__init__(name, features_list)
        self.network = network

    @staticmethod
    def get_provided_features_list() -> tuple[str, ...]:
        """The layers by name: "64" after the hidden layer's ReLU, and "logits"."""
        return "64", "logits"

    @staticmethod
    def get_default_feature_layer_for_metric(metric: str) -> str:
        """The layer that a metric of torch-fidelity ("isc", "fid", "kid", "prc") reads."""
        return {"isc": "logits", "fid": "64", "kid": "64", "prc": "64"}[metric]

    @staticmethod
    def can_be_compiled() -> bool:
        """Whether torch.compile may wrap it."""
        return False

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Images (N, 3, H, W) uint8 of any side to the requested layers, (N, 64) and (N, classes) float64."""
        pixels, side = to_float(images), self.network.side
        if self.network.channels == 1:
            pixels = pixels.mean(dim=1, keepdim=True)
        if pixels.shape[-2:] != (side, side):
            pixels = interpolate(pixels, size=(side, side), mode="bilinear", antialias=True)
        pooled = self.network.features(pixels)
        layers = {"64": pooled, "logits": self.network.output(pooled)}
        return tuple(layers[name].double() for name in self.features_list)
