"""The projection head, against its formula."""

import pytest
import torch
from torch import nn

from ganzoo.layers.projection import Projection


def test_by_hand() -> None:
    head = Projection(2, 3)
    with torch.no_grad():
        head.linear.weight.copy_(torch.tensor([[1.0, 10.0]]))
        head.linear.bias.fill_(0.5)
        head.embedding.weight.copy_(torch.tensor([[0.0, 0.0], [1.0, 2.0], [-3.0, 4.0]]))
    features, labels = torch.tensor([[1.0, 2.0], [1.0, 2.0], [3.0, -1.0]]), torch.tensor([0, 1, 2])
    # 1*1 + 10*2 + 0.5; + 1*1 + 2*2; 1*3 - 10*1 + 0.5 - 3*3 - 4*1
    assert head(features, labels).tolist() == pytest.approx([21.5, 26.5, -19.5])


def test_is_linear_in_one_hot_labels() -> None:
    """Equation of the paper: y^T V phi(x) + psi(phi(x))."""
    head, features, labels = Projection(7, 4).double(), torch.randn(6, 7, dtype=torch.float64), torch.arange(6) % 4
    one_hot = nn.functional.one_hot(labels, 4).double()
    expected = (one_hot @ head.embedding.weight * features).sum(1) + head.linear(features)[:, 0]
    torch.testing.assert_close(head(features, labels), expected)


def test_starts_glorot_uniform() -> None:
    head = Projection(300, 200)
    # sqrt(6 / (300 + 200)) and sqrt(6 / (300 + 1))
    assert head.embedding.weight.abs().max().item() == pytest.approx(0.10954, rel=1e-3)
    assert 0.95 * 0.14119 < head.linear.weight.abs().max().item() <= 0.14119
    assert not head.linear.bias.any()
