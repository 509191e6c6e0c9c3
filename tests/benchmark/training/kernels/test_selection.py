"""Which kernels are used for which networks."""

import pytest
import torch
from torch import nn

from benchmark.training.kernels.selection import keep_channels_last, kernels_for, set_precision
from benchmark.training.model import ImageShape, build
from ganzoo.registry import VARIANTS


@pytest.mark.parametrize(
    ("variant", "side", "expected"),
    [
        ("gan-mlp", 28, False),
        ("gan-mlp-wide", 8, True),
        ("dcgan", 8, False),
        ("dcgan", 16, True),
        ("sngan", 8, True),
        ("sngan-resnet", 8, True),
    ],
)
def test_onednn_is_for_wide_layers(variant: str, side: int, expected: bool) -> None:
    before = torch.backends.mkldnn.enabled
    with kernels_for(*build(VARIANTS[variant], ImageShape(1, side, 10), seed=0)):
        assert torch.backends.mkldnn.enabled is expected
    assert torch.backends.mkldnn.enabled is before


def test_what_was_used_before_comes_back_after_an_error() -> None:
    before = torch.backends.mkldnn.enabled
    with pytest.raises(RuntimeError, match="on the way"), kernels_for(nn.Linear(2, 2)):
        raise RuntimeError("on the way")
    assert torch.backends.mkldnn.enabled is before


def test_other_flags_stay_as_they_are() -> None:
    onednn = torch.backends.mkldnn
    with onednn.flags(enabled=True, deterministic=True, allow_tf32=None, fp32_precision="ieee"):
        before = onednn.fp32_precision, onednn.conv.fp32_precision
        with kernels_for(nn.Linear(2, 2)):
            assert (onednn.enabled, onednn.deterministic) == (False, True)
            assert (onednn.fp32_precision, onednn.conv.fp32_precision) == before
        assert (onednn.enabled, onednn.deterministic) == (True, True)
        assert (onednn.fp32_precision, onednn.conv.fp32_precision) == before


@pytest.mark.parametrize(("precision", "products", "rounded"), [("tf32", "high", True), ("float32", "highest", False)])
def test_precision_is_the_same_for_products_and_convolutions(precision: str, products: str, rounded: bool) -> None:
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    try:
        set_precision(precision)
        assert (torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32) == (products, rounded)
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.backends.cudnn.allow_tf32 = before[1]


def test_convolutions_get_images_with_channels_last_and_give_the_same() -> None:
    seen: list[bool] = []
    plain, turned = (nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.ConvTranspose2d(4, 2, 3)).double() for _ in "ab")
    turned.load_state_dict(plain.state_dict())
    keep_channels_last(turned)
    for layer in (turned[0], turned[2]):
        layer.register_forward_hook(
            lambda _, inputs, __: seen.append(inputs[0].is_contiguous(memory_format=torch.channels_last))
        )
    images = torch.randn(5, 3, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(turned(images), plain(images), rtol=0, atol=1e-12)
    assert seen == [True, True]
