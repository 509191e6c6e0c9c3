"""SAN as ordinary PyTorch: the last layer's weight over its length, and logits taken apart behind the features."""

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from torch.nn.utils import parametrize


class UnitRow(nn.Module):
    """A weight (1, F) over its length, as a parametrisation."""

    def forward(self, weight: Tensor) -> Tensor:
        """(1, F) -> (1, F)."""
        return nn.functional.normalize(weight, dim=1)


class Direction:
    """The last layer of a discriminator, which is a unit vector from now on.

    Args:
        discriminator: Ends in an `nn.Linear(F, 1)`.

    References:
        Takida et al. 2024, arXiv:2301.12811, section 5.
    """

    def __init__(self, discriminator: nn.Module) -> None:
        self._layer = [layer for layer in discriminator.modules() if isinstance(layer, nn.Linear)][-1]
        parametrize.register_parametrization(self._layer, "weight", UnitRow(), unsafe=True)
        self._features = torch.empty(0)
        self._layer.register_forward_pre_hook(self._keep)

    def _keep(self, _: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        (self._features,) = inputs

    def apart(self) -> tuple[Tensor, Tensor]:
        """Logits (N,) of the last forward pass: those that move the features, and those that move the direction."""
        weight, bias = self._layer.weight, self._layer.bias
        held = None if bias is None else bias.detach()
        along = linear(self._features, weight.detach(), bias), linear(self._features.detach(), weight, held)
        return along[0][:, 0], along[1][:, 0]


def directed(real: Tensor, fake: Tensor, *, tilted: bool) -> Tensor:
    """Minus the distance () of the two sides' mean logits (N,), each image weighed by 1 - D where tilted."""
    if not tilted:
        return fake.mean() - real.mean()
    on_real, on_fake = (1 - torch.sigmoid(logits.detach()) for logits in (real, fake))
    return (on_fake * fake).sum() / on_fake.sum() - (on_real * real).sum() / on_real.sum()
