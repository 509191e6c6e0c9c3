"""A small classifier of small images, whose features are compared where no published network was made for them."""

import torch
from torch import Tensor, nn

FEATURES = 64
SMALLEST, LARGEST = 8, 64  # sides in pixels


class Classifier(nn.Module):
    """Convolutions of 3x3 with halvings down to 2 or 3 pixels a side, and two linear layers.

    Args:
        channels: Of the images.
        side: Of the images in pixels, from 8 to 64.
        classes: How many labels there are, 2 or more.
    """

    def __init__(self, channels: int, side: int, classes: int) -> None:
        super().__init__()
        self.channels, self.side, self.classes = channels, side, classes
        layers: list[nn.Module] = [nn.Conv2d(channels, 16, 3, padding=1), nn.ReLU()]
        layers += [*_halved(16, 32), *_halved(32, FEATURES)]
        left = side // 4
        while left > 3:
            layers += _halved(FEATURES, FEATURES)
            left //= 2
        self.convolutions = nn.Sequential(*layers, nn.Flatten())
        self.hidden = nn.Linear(FEATURES * left**2, FEATURES)
        self.output = nn.Linear(FEATURES, classes)

    def features(self, images: Tensor) -> Tensor:
        """Images (N, channels, side, side) in [-1, 1] to non-negative features (N, 64)."""
        return torch.relu(self.hidden(self.convolutions(images)))

    def forward(self, images: Tensor) -> Tensor:
        """Images (N, channels, side, side) in [-1, 1] to logits (N, classes)."""
        logits: Tensor = self.output(self.features(images))
        return logits


def _halved(before: int, after: int) -> list[nn.Module]:
    return [nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
