"""Small convolutions as matrix products, against PyTorch's convolutions."""

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from benchmark.training.kernels.dense_convolutions import (
    MOST_ENTRIES,
    DenseConv2d,
    DenseConvTranspose2d,
    use_matrices,
)

LAYERS: dict[str, tuple[Callable[[], nn.Module], int]] = {
    "strided": (lambda: nn.Conv2d(3, 4, 4, 2, 1), 8),
    "one pixel": (lambda: nn.Conv2d(2, 5, 1), 4),
    "wide padding": (lambda: nn.Conv2d(1, 2, 3, 1, 2, bias=False), 5),
    "rows left over": (lambda: nn.Conv2d(2, 3, 3, 2), 6),
    "transposed": (lambda: nn.ConvTranspose2d(5, 2, 4, 2, 1), 3),
    "transposed, no padding": (lambda: nn.ConvTranspose2d(4, 3, 3, 1, bias=False), 2),
}
OTHERS: dict[str, Callable[[], nn.Module]] = {
    "groups": lambda: nn.Conv2d(4, 4, 3, 1, 1, groups=2),
    "dilation": lambda: nn.Conv2d(2, 2, 3, 1, 2, dilation=2),
    "uneven": lambda: nn.Conv2d(2, 2, (3, 1), 1, (1, 0)),
    "circular": lambda: nn.Conv2d(2, 2, 3, 1, 1, padding_mode="circular"),
    "by name": lambda: nn.Conv2d(2, 2, 3, 1, "same"),
    "output padding": lambda: nn.ConvTranspose2d(2, 2, 3, 2, 1, output_padding=1),
}


def numbers(*shape: int) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(sum(shape)))


def both(make: Callable[[], nn.Module]) -> tuple[nn.Module, nn.Module]:
    layer = make().double()
    dense = copy.deepcopy(layer)
    use_matrices(dense)
    return layer, dense


@pytest.mark.parametrize("name", LAYERS)
def test_equal_to_the_convolution_with_first_and_second_derivatives(name: str) -> None:
    make, side = LAYERS[name]
    layer, dense = both(make)
    assert isinstance(dense, DenseConv2d | DenseConvTranspose2d)
    assert layer.state_dict().keys() == dense.state_dict().keys()
    images = numbers(6, layer.in_channels, side, side)
    found = []
    for module in (layer, dense):
        points = images.clone().requires_grad_()
        maps = module(points)
        (slopes,) = torch.autograd.grad(maps.pow(3).sum(), points, create_graph=True)
        parameters = list(module.parameters())
        found.append([maps, slopes, *torch.autograd.grad(slopes.pow(2).sum() + maps.sum(), [points, *parameters])])
    for expected, value in zip(*found, strict=True):
        torch.testing.assert_close(value, expected, rtol=1e-10, atol=1e-10)


def test_members_of_a_cohort_have_weights_of_their_own() -> None:
    layer, dense = both(LAYERS["strided"][0])
    weights = {name: numbers(3, *value.shape) for name, value in layer.named_parameters()}
    images = numbers(3, 6, 3, 8, 8)

    def loss(module: nn.Module) -> Callable[[dict[str, Tensor], Tensor], Tensor]:
        return lambda own, batch: functional_call(module, own, (batch,)).pow(2).sum()

    together = vmap(grad(loss(dense)))(weights, images)
    for row in range(3):
        alone = grad(loss(layer))({name: value[row] for name, value in weights.items()}, images[row])
        for name, expected in alone.items():
            torch.testing.assert_close(together[name][row], expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", OTHERS)
def test_other_convolutions_stay_as_they_are(name: str) -> None:
    layer, dense = both(OTHERS[name])
    assert type(dense) is type(layer)


def test_large_matrices_and_oblong_images_are_left_to_the_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Tensor:
        raise AssertionError("a matrix was built")

    monkeypatch.setattr("benchmark.training.kernels.dense_convolutions._product", refuse)
    layer, dense = both(LAYERS["strided"][0])
    with pytest.raises(AssertionError):
        dense(numbers(1, 3, 8, 8))
    for images in (numbers(2, 3, 8, 10), numbers(2, 3, 16, 16)):  # 16 x 16 x 3 x 8 x 8 x 4 entries
        assert torch.equal(dense(images), layer(images))
    assert 16 * 16 * 3 * 8 * 8 * 4 > MOST_ENTRIES > 8 * 8 * 3 * 4 * 4 * 4
