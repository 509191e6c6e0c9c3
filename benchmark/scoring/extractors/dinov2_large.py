"""DINOv2's large network as an extractor: that of FD-DINOv2 as it is published, with Pillow's cubic filter."""

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from benchmark.scoring.extractors.dinov2 import Dinov2Extractor
from benchmark.scoring.extractors.extractor import Extractor
from benchmark.scoring.extractors.published_weights import PublishedWeights

NAME = "dinov2-vit-l-14"
WEIGHTS = PublishedWeights(
    extractor=NAME,
    url="https://dl.fbaipublicfiles.com/dinov2/dinov2_vitl14/dinov2_vitl14_pretrain.pth",
    file="dinov2_vitl14_pretrain.pth",
    sha256="d5383ea8f4877b2472eb973e0fd72d557c7da5d3611bd527ceeb1d7162cbf428",
    shapes={
        "pos_embed": (1, 1370, 1024),
        "patch_embed.proj.weight": (1024, 3, 14, 14),
        "blocks.23.ls2.gamma": (1024,),
        "norm.weight": (1024,),
    },
)
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, of [0, 1]


class Dinov2LargeExtractor(Dinov2Extractor):
    """Images (N, 3, H, W) uint8 to "dinov2": normalised class tokens (N, 1024) float32, without logits.

    References:
        Stein et al. 2023, arXiv:2306.04675, and its code, dgm-eval; the network: Oquab et al. 2023, arXiv:2304.07193.
    """

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Images (N, 3, H, W) uint8, on any device, to a tuple of one: class tokens (N, 1024) float32."""
        return (self.model(prepared(images, self.INPUT_IMAGE_SIZE)),)


def prepared(images: Tensor, side: int) -> Tensor:
    """Images (N, 3, H, W) uint8 as the network takes them: (N, 3, side, side) float32, on their device.

    Pillow's cubic filter (a = -0.5), widened where images become smaller, rounds to whole greys from 0 to 255, first
    along rows and then along columns. That is a part of the published score; so it is Pillow that resizes, on the CPU.
    """
    pixels = np.stack([_resized(image, side) for image in images.permute(0, 2, 3, 1).cpu().numpy()])
    scaled = torch.from_numpy(pixels).to(images.device).permute(0, 3, 1, 2).float() / 255
    mean, deviation = (scaled.new_tensor(values).view(3, 1, 1) for values in (MEAN, DEVIATION))
    return (scaled - mean) / deviation


def _resized(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC))


DINOV2_LARGE = Extractor(
    name=NAME,
    network=Dinov2LargeExtractor,
    pooled="dinov2",
    logits=None,
    weights=WEIGHTS.find,
    problem=WEIGHTS.problem,
    citation="Oquab et al. 2023, arXiv:2304.07193; for generated images: Stein et al. 2023, arXiv:2306.04675",
    resize="bicubic by Pillow, antialiased, rounded to 8 bits, to 224x224",
)
