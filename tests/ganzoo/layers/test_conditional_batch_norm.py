"""Batch norm by class, against its formula."""

import pytest
import torch
from torch import Tensor, nn

from ganzoo.layers.conditional_batch_norm import ConditionalBatchNorm2d

LABELS = torch.tensor([2, 0, 2, 1, 0])


def layer_and_features() -> tuple[ConditionalBatchNorm2d, Tensor]:
    layer = ConditionalBatchNorm2d(4, 3).double()
    nn.init.normal_(layer.scale.weight)
    nn.init.normal_(layer.shift.weight)
    return layer, 3 * torch.randn(5, 4, 6, 6, dtype=torch.float64) + 2


def test_starts_as_batch_norm_for_every_class() -> None:
    features = torch.randn(5, 4, 6, 6)
    expected = nn.BatchNorm2d(4)(features)
    torch.testing.assert_close(ConditionalBatchNorm2d(4, 3)(features, LABELS), expected)


def test_formula() -> None:
    """scale[y] (x - mean) / sqrt(variance + 1e-5) + shift[y], with the moments over images of all classes."""
    layer, features = layer_and_features()
    found = layer(features, LABELS)
    mean = features.mean((0, 2, 3), keepdim=True)
    variance = (features - mean).square().mean((0, 2, 3), keepdim=True)
    normal = (features - mean) / (variance + 1e-5).sqrt()
    for image, label in enumerate(LABELS.tolist()):
        scale, shift = layer.scale.weight[label], layer.shift.weight[label]
        torch.testing.assert_close(found[image], normal[image] * scale[:, None, None] + shift[:, None, None])


def test_evaluation_takes_the_running_statistics() -> None:
    layer, features = layer_and_features()
    layer.norm.running_mean = torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64)
    layer.norm.running_var = torch.tensor([4.0, 9.0, 16.0, 25.0], dtype=torch.float64)
    found = layer.eval()(features, LABELS)[1, 2, 3, 4].item()
    normal = (features[1, 2, 3, 4].item() - 3) / (16 + 1e-5) ** 0.5
    assert found == pytest.approx(layer.scale.weight[0, 2].item() * normal + layer.shift.weight[0, 2].item())


def test_a_class_learns_from_its_own_images_alone() -> None:
    layer, features = layer_and_features()
    layer(features[:3], LABELS[:3]).square().sum().backward()
    for table in (layer.scale, layer.shift):
        assert table.weight.grad is not None
        assert [bool(row.any()) for row in table.weight.grad] == [True, False, True]


def test_whoever_looks_for_batch_norm_finds_it() -> None:
    inside = [module for module in ConditionalBatchNorm2d(4, 3).modules() if isinstance(module, nn.BatchNorm2d)]
    assert [module.num_features for module in inside] == [4]
    assert sum(parameter.numel() for parameter in ConditionalBatchNorm2d(4, 3).parameters()) == 2 * 3 * 4
