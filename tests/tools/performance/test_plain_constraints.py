"""Constraints as ordinary PyTorch, by hand."""

import pytest
import torch
from torch import nn

from tools.performance.plain_constraints import SpectralNorm, orthogonality


def test_power_iterations_find_the_largest_singular_value() -> None:
    weight = torch.diag(torch.tensor([3.0, 1.0, 0.5]))
    norm = SpectralNorm(torch.tensor([0.6, 0.0, 0.8]))
    for _ in range(20):
        norm.iterate(weight)
    torch.testing.assert_close(norm(weight), weight / 3)


def test_orthogonality_by_hand() -> None:
    """W = [[1, 1], [0, 2]]: W W' - I = [[1, 2], [2, 3]], squares 1 + 4 + 4 + 9; a rotation and a bias add nothing."""
    module = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor([[1.0, 1.0], [0.0, 2.0]]))
        module[1].weight.copy_(torch.tensor([[0.0, -1.0], [1.0, 0.0]]))
    assert orthogonality(module).item() == pytest.approx(18.0)
