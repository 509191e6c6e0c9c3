"""DINOv2 as an extractor: Meta's weights in torchvision's vision transformer.

torch-fidelity would fetch whatever code stands on the project's main branch and run it, and takes no file of weights.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate
from torch_fidelity.feature_extractor_dinov2 import FeatureExtractorDinoV2

from benchmark.scoring.extractors.extractor import Extractor
from benchmark.scoring.extractors.published_weights import PublishedWeights, tensors

if TYPE_CHECKING:  # see `benchmark.scoring.lazy_torchvision`
    from torchvision.models import VisionTransformer

NAME = "dinov2-vit-b-14"
WEIGHTS = PublishedWeights(
    extractor=NAME,
    url="https://dl.fbaipublicfiles.com/dinov2/dinov2_vitb14/dinov2_vitb14_pretrain.pth",
    file="dinov2_vitb14_pretrain.pth",
    sha256="0b8b82f85de91b424aded121c7e1dcc2b7bc6d0adeea651bf73a13307fad8c73",
    shapes={
        "pos_embed": (1, 1370, 768),
        "patch_embed.proj.weight": (768, 3, 14, 14),
        "blocks.11.ls2.gamma": (768,),
        "norm.weight": (768,),
    },
)
HEAD = 64  # channels of an attention head in all of DINOv2's networks
OFFSET = 0.1  # what its code adds to the side of the grid of positions when it resizes that


class Dinov2Extractor(FeatureExtractorDinoV2):  # type: ignore[misc]  # torch-fidelity is untyped
    """Images (N, 3, H, W) uint8 to "dinov2": normalised class tokens (N, 768) float32, without logits.

    torch-fidelity resizes images to 224 pixels and scales them; the network is built here.

    References:
        Oquab et al. 2023, arXiv:2304.07193; for Fréchet distances: Stein et al. 2023, arXiv:2306.04675.
    """

    def __init__(
        self, name: str, features_list: list[str], feature_extractor_weights_path: str, **_settings: object
    ) -> None:
        # Past torch-fidelity's constructor; it hands all of its settings, hence the rest.
        super(FeatureExtractorDinoV2, self).__init__(name, features_list)
        self.feature_extractor_internal_dtype = torch.float32
        self.model = vision_transformer(tensors(Path(feature_extractor_weights_path)), self.INPUT_IMAGE_SIZE)


def vision_transformer(weights: dict[str, Tensor], side: int) -> "VisionTransformer":
    """A vision transformer of torchvision with DINOv2's weights: images (N, 3, side, side) to class tokens (N, D).

    Args:
        weights: By DINOv2's names; they decide the width D, the number of blocks and the patches' side.
        side: Of images in pixels, a multiple of the patches' side.
    """
    from torchvision.models import VisionTransformer

    width, patch = weights["cls_token"].shape[-1], weights["patch_embed.proj.weight"].shape[-1]
    blocks = sum(name.endswith(".ls1.gamma") for name in weights)
    network = VisionTransformer(side, patch, blocks, width // HEAD, width, len(weights["blocks.0.mlp.fc1.bias"]))
    network.heads = nn.Identity()
    network.load_state_dict(_outside_blocks(weights, side // patch) | _blocks(weights, blocks))
    return network


def resized_positions(embedding: Tensor, grid: int) -> Tensor:
    """Embeddings (1, 1 + G^2, D) of the class token and of G x G places, for grid x grid places (1, 1 + grid^2, D).

    Bicubic, by the factor (grid + 0.1) / G, as DINOv2's code has it.
    """
    places = embedding[:, 1:]
    before = round(places.shape[1] ** 0.5)
    if before == grid:
        return embedding
    square = places.view(1, before, before, -1).permute(0, 3, 1, 2)
    resized = interpolate(square, scale_factor=(grid + OFFSET) / before, mode="bicubic")
    return torch.cat([embedding[:, :1], resized.flatten(2).transpose(1, 2)], dim=1)


def _outside_blocks(weights: dict[str, Tensor], grid: int) -> dict[str, Tensor]:
    return {
        "class_token": weights["cls_token"],
        "conv_proj.weight": weights["patch_embed.proj.weight"],
        "conv_proj.bias": weights["patch_embed.proj.bias"],
        "encoder.pos_embedding": resized_positions(weights["pos_embed"], grid),
        "encoder.ln.weight": weights["norm.weight"],
        "encoder.ln.bias": weights["norm.bias"],
    }


def _blocks(weights: dict[str, Tensor], blocks: int) -> dict[str, Tensor]:
    # torchvision has no layer scale, factors (D,) of what a block adds: the linear layer before it takes them on.
    scaled = partial(torch.einsum, "d...,d->d...")
    converted: dict[str, Tensor] = {}
    for block in range(blocks):
        ours, theirs = f"encoder.layers.encoder_layer_{block}", f"blocks.{block}"
        first, second = (weights[f"{theirs}.{scale}.gamma"] for scale in ("ls1", "ls2"))
        for kind in ("weight", "bias"):
            converted |= {
                f"{ours}.ln_1.{kind}": weights[f"{theirs}.norm1.{kind}"],
                f"{ours}.self_attention.in_proj_{kind}": weights[f"{theirs}.attn.qkv.{kind}"],
                f"{ours}.self_attention.out_proj.{kind}": scaled(weights[f"{theirs}.attn.proj.{kind}"], first),
                f"{ours}.ln_2.{kind}": weights[f"{theirs}.norm2.{kind}"],
                f"{ours}.mlp.0.{kind}": weights[f"{theirs}.mlp.fc1.{kind}"],
                f"{ours}.mlp.3.{kind}": scaled(weights[f"{theirs}.mlp.fc2.{kind}"], second),
            }
    return converted


def dinov2_problem(data: Path) -> str | None:
    """None if the weights are in place, else one line saying which file to put where; never downloads."""
    return WEIGHTS.problem(data)


def dinov2_weights(data: Path) -> Path:
    """The file of weights, downloaded into the data folder if it is nowhere.

    Raises:
        UserError: if it is nowhere and the download fails, or if it does not hold these weights.
    """
    return WEIGHTS.find(data)


DINOV2 = Extractor(
    name=NAME,
    network=Dinov2Extractor,
    pooled="dinov2",
    logits=None,
    weights=dinov2_weights,
    problem=dinov2_problem,
    citation="Oquab et al. 2023, arXiv:2304.07193; for generated images: Stein et al. 2023, arXiv:2306.04675",
    resize="bilinear as TensorFlow 1 has it, not antialiased, to 224x224",
)
