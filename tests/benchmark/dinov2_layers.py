"""DINOv2's layers written out, in double precision and by its own names, and weights that are drawn."""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import conv2d, gelu, layer_norm

from benchmark.scoring.extractors.dinov2 import resized_positions


def shapes(width: int, blocks: int, grid: int) -> dict[str, tuple[int, ...]]:
    """What a file of DINOv2 holds."""
    block = {
        "norm1.weight": (width,),
        "norm1.bias": (width,),
        "attn.qkv.weight": (3 * width, width),
        "attn.qkv.bias": (3 * width,),
        "attn.proj.weight": (width, width),
        "attn.proj.bias": (width,),
        "ls1.gamma": (width,),
        "norm2.weight": (width,),
        "norm2.bias": (width,),
        "mlp.fc1.weight": (4 * width, width),
        "mlp.fc1.bias": (4 * width,),
        "mlp.fc2.weight": (width, 4 * width),
        "mlp.fc2.bias": (width,),
        "ls2.gamma": (width,),
    }
    return {
        "cls_token": (1, 1, width),
        "pos_embed": (1, 1 + grid**2, width),
        "mask_token": (1, width),
        "patch_embed.proj.weight": (width, 3, 14, 14),
        "patch_embed.proj.bias": (width,),
        "norm.weight": (width,),
        "norm.bias": (width,),
    } | {f"blocks.{i}.{name}": shape for i in range(blocks) for name, shape in block.items()}


def random_weights(width: int, blocks: int, grid: int) -> dict[str, Tensor]:
    draws = torch.Generator().manual_seed(0)
    wanted = shapes(width, blocks, grid)
    return {name: 3 * torch.randn(shape, generator=draws) * shape[-1] ** -0.5 for name, shape in wanted.items()}


def class_tokens(weights: dict[str, Tensor], images: Tensor) -> Tensor:
    """What DINOv2's paper and code say: images (N, 3, side, side) to (N, D), float64."""
    of = {name: value.double() for name, value in weights.items()}
    width = of["cls_token"].shape[-1]

    def normalised(x: Tensor, name: str) -> Tensor:
        return layer_norm(x, (width,), of[f"{name}.weight"], of[f"{name}.bias"], eps=1e-6)

    def linear(x: Tensor, name: str) -> Tensor:
        return x @ of[f"{name}.weight"].T + of[f"{name}.bias"]

    def attention(x: Tensor, block: str) -> Tensor:
        heads = [part.chunk(width // 64, dim=-1) for part in linear(x, f"{block}.attn.qkv").chunk(3, dim=-1)]
        mixed = [(q @ k.transpose(1, 2) / 8).softmax(-1) @ v for q, k, v in zip(*heads, strict=True)]
        return linear(torch.cat(mixed, dim=-1), f"{block}.attn.proj")

    patches = conv2d(images.double(), of["patch_embed.proj.weight"], of["patch_embed.proj.bias"], stride=14)
    x = torch.cat([of["cls_token"].expand(len(images), -1, -1), patches.flatten(2).transpose(1, 2)], dim=1)
    x = x + resized_positions(weights["pos_embed"], images.shape[-1] // 14).double()
    for i in range(sum(name.endswith("ls1.gamma") for name in weights)):
        block = f"blocks.{i}"
        x = x + of[f"{block}.ls1.gamma"] * attention(normalised(x, f"{block}.norm1"), block)
        inner = gelu(linear(normalised(x, f"{block}.norm2"), f"{block}.mlp.fc1"))
        x = x + of[f"{block}.ls2.gamma"] * linear(inner, f"{block}.mlp.fc2")
    return normalised(x[:, 0], "norm")


def cubic(places: np.ndarray, at: float) -> np.ndarray:
    """Cubic convolution of rows (G, ...) at a place between them: Keys 1981 with a = -0.75, borders repeated."""
    total = np.zeros_like(places[0])
    for row in range(int(np.floor(at)) - 1, int(np.floor(at)) + 3):
        d = abs(at - row)
        near, far = 1.25 * d**3 - 2.25 * d**2 + 1, -0.75 * (d**3 - 5 * d**2 + 8 * d - 4)
        total += (near if d <= 1 else far) * places[min(max(row, 0), len(places) - 1)]
    return total
