import pytest
import torch

from benchmark.pixels import to_float, to_uint8


def test_range_is_minus_one_to_one():
    pixels = torch.tensor([0, 51, 255], dtype=torch.uint8)
    torch.testing.assert_close(to_float(pixels), torch.tensor([-1.0, -0.6, 1.0]))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_level_comes_back(dtype):
    pixels = torch.arange(256, dtype=torch.uint8)
    images = to_float(pixels, dtype)
    assert images.dtype == dtype
    assert torch.equal(to_uint8(images), pixels)


def test_values_are_clamped_and_rounded():
    images = torch.tensor([-7.0, -1.0, -0.995, 0.9999, 1.0, 3.0])
    assert to_uint8(images).tolist() == [0, 0, 1, 255, 255, 255]
