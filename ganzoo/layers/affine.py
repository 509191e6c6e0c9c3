"""A fixed change of scale, for networks that work on another range of pixels."""

from torch import Tensor, nn


class Affine(nn.Module):
    """x -> scale * x + shift, to let a network work on [0, 1] while images are in [-1, 1] everywhere else.

    Args:
        scale: Factor.
        shift: Added after it.
    """

    def __init__(self, scale: float, shift: float) -> None:
        super().__init__()
        self.scale = scale
        self.shift = shift

    def forward(self, images: Tensor) -> Tensor:
        """Images of any shape to the same shape."""
        return images * self.scale + self.shift
