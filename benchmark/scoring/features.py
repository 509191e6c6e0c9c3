"""Features of images: extracted once, read by every metric."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from benchmark.digests import DamagedFileError
from benchmark.scoring.extractors.catalog import LoadedExtractor
from benchmark.tensor_files import read_tensors, write_tensors

GREY = 1
BATCH_SIZES = {"cpu": 64, "cuda": 256}


@dataclass(frozen=True)
class Features:
    """What an extractor sees in N images; on the CPU, in the extractor's floating type.

    Attributes:
        pooled: (N, D), for FID, KID and precision and recall.
        logits: (N, K), for the inception score; None where the extractor is no classifier.
    """

    pooled: Tensor
    logits: Tensor | None

    def split(self, count: int) -> "list[Features]":
        """The features of `count` images after the others."""
        pooled = torch.split(self.pooled, count)
        logits = torch.split(self.logits, count) if self.logits is not None else [None] * len(pooled)
        return [Features(*parts) for parts in zip(pooled, logits, strict=True)]


def write_features(path: Path, features: Features) -> None:
    """Keep features (N, D) and logits (N, K) in a file."""
    named = {"pooled": features.pooled, "logits": features.logits}
    write_tensors(path, {name: tensor for name, tensor in named.items() if tensor is not None})


def read_features(path: Path) -> Features | None:
    """What `write_features` wrote; None where there is no such file, or it is damaged."""
    try:
        tensors = read_tensors(path).tensors
    except (OSError, DamagedFileError):
        return None
    return Features(tensors["pooled"], tensors.get("logits")) if "pooled" in tensors else None


def extract(loaded: LoadedExtractor, images: Tensor, batch_size: int = 0) -> Features:
    """Run an extractor over images; deterministic, and at full precision on a GPU too.

    Args:
        loaded: The extractor.
        images: (N, C, H, W) uint8 with C = 1 (repeated to 3 channels here) or 3, on any device.
        batch_size: Images a forward pass, which changes features by rounding only; what suits the device if 0.

    Raises:
        ValueError: if the images are not uint8 or have another number of channels.
    """
    if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[1] not in (GREY, 3):
        raise ValueError(f"images {images.dtype} {tuple(images.shape)}: must be uint8 (N, 1 or 3, H, W)")
    batches = torch.split(images, batch_size or BATCH_SIZES[loaded.device.type])
    # One copy from the device at the end, so that it does not wait between batches.
    layers = [torch.cat(layer).cpu() for layer in zip(*(_forward(loaded, batch) for batch in batches), strict=True)]
    return Features(layers[0], layers[1] if loaded.extractor.logits else None)


def extract_blocks(loaded: LoadedExtractor, blocks: Iterable[Tensor]) -> Features:
    """As `extract`, of images that come a block at a time and are not kept.

    Args:
        loaded: The extractor.
        blocks: One or more of (N, C, H, W) uint8, all but the last of a whole number of batches, so that features are
            those of all images at once to the last digit.
    """
    parts = [extract(loaded, block) for block in blocks]
    logits = [part.logits for part in parts if part.logits is not None]
    return Features(torch.cat([part.pooled for part in parts]), torch.cat(logits) if logits else None)


def _forward(loaded: LoadedExtractor, batch: Tensor) -> tuple[Tensor, ...]:
    # TF32, PyTorch's default for convolutions on a GPU, keeps ten bits: enough to move a FID.
    exact = torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)
    with torch.inference_mode(), exact:
        layers: tuple[Tensor, ...] = loaded.network(batch.to(loaded.device).expand(-1, 3, -1, -1))
    return layers
