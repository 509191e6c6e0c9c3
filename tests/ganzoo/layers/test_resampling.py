"""Doubling and halving with [1, 2, 1], by hand and against convolutions with that filter."""

import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d

from ganzoo.layers.resampling import double, halve

FILTER = torch.outer(torch.tensor([1.0, 2.0, 1.0]), torch.tensor([1.0, 2.0, 1.0])).double()


def images() -> Tensor:
    return torch.randn(3, 2, 6, 8, dtype=torch.float64)


def test_double_by_hand() -> None:
    found = double(torch.tensor([[[[1.0, 3.0], [5.0, 11.0]]]]))
    expected = [[1.0, 2.0, 3.0, 1.5], [3.0, 5.0, 7.0, 3.5], [5.0, 8.0, 11.0, 5.5], [2.5, 4.0, 5.5, 2.75]]
    assert found[0, 0].tolist() == expected


def test_halve_by_hand() -> None:
    found = halve(torch.tensor([[[[16.0, 0.0, 0.0, 0.0], [0.0, 16.0, 0.0, 0.0]] + [[0.0, 0.0, 16.0, 32.0]] * 2]]))
    # (0, 0): 4*16 + 1*16; (0, 2): 1*16; (2, 0): 1*16; (2, 2): 4*16 + 2*32 + 2*16 + 1*32 + 1*16, all over 16
    assert found[0, 0].tolist() == [[5.0, 1.0], [1.0, 13.0]]


def test_double_is_a_transposed_convolution() -> None:
    kernel = (FILTER / 4).expand(2, 1, 3, 3)
    small = images()
    expected = conv_transpose2d(small, kernel, stride=2, padding=1, output_padding=1, groups=2)
    torch.testing.assert_close(double(small), expected)


def test_halve_is_a_strided_convolution() -> None:
    kernel = (FILTER / 16).expand(2, 1, 3, 3)
    large = images()
    torch.testing.assert_close(halve(large), conv2d(large, kernel, stride=2, padding=1, groups=2))


def test_one_is_the_other_transposed() -> None:
    """<double(a), b> = 4 <a, halve(b)>."""
    small, large = images(), torch.randn(3, 2, 12, 16, dtype=torch.float64)
    torch.testing.assert_close((double(small) * large).sum(), 4 * (small * halve(large)).sum())
