"""A classifier as torch-fidelity asks for it: layers in the order asked for, colours and sides brought to its own."""

import pytest
import torch

from benchmark.scoring.extractors.classifier import Classifier
from benchmark.scoring.extractors.classifier_extractor import ClassifierExtractor


@pytest.mark.parametrize("channels", [1, 3])
def test_layers_are_the_network_s_in_double_precision(channels: int) -> None:
    network = Classifier(channels, 8, 5)
    images = torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    seen = images / 127.5 - 1 if channels == 3 else (images / 127.5 - 1).mean(1, keepdim=True)
    with torch.no_grad():
        logits, pooled = ClassifierExtractor("mine", ["logits", "64"], network)(images)
        torch.testing.assert_close(pooled, network.features(seen).double(), atol=1e-6, rtol=1e-5)
        torch.testing.assert_close(logits, network(seen).double(), atol=1e-6, rtol=1e-5)


def test_other_sides_are_resized() -> None:
    extractor = ClassifierExtractor("mine", ["64"], Classifier(3, 16, 2))
    small, large = (torch.full((1, 3, side, side), 90, dtype=torch.uint8) for side in (16, 40))
    torch.testing.assert_close(extractor(large)[0], extractor(small)[0], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("metric", "layer"), [("isc", "logits"), ("fid", "64"), ("kid", "64"), ("prc", "64")])
def test_torch_fidelity_s_metrics_have_their_layer(metric: str, layer: str) -> None:
    assert ClassifierExtractor.get_default_feature_layer_for_metric(metric) == layer
    assert layer in ClassifierExtractor.get_provided_features_list()
    assert not ClassifierExtractor.can_be_compiled()
