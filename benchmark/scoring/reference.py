"""The real side of a comparison: computed once, cached under a key of everything it is computed from."""

import hashlib
from pathlib import Path

import torch
import torch_fidelity
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from benchmark.files import atomic_write
from benchmark.metrics.arithmetic.frechet_distance import moments
from benchmark.metrics.comparison import RealFeatures
from benchmark.names import slug
from benchmark.scoring.extractors.catalog import LoadedExtractor
from benchmark.scoring.features import extract


def reference_of(images: Tensor, loaded: LoadedExtractor) -> RealFeatures:
    """The reference that real images (N, C, H, W) uint8 make, N >= 2."""
    pooled = extract(loaded, images).pooled
    return RealFeatures(pooled, *moments(pooled.to(loaded.device)))


def load_reference(images: Tensor, digest: str, name: str, loaded: LoadedExtractor, cache: Path) -> RealFeatures:
    """The reference of a split: from the cache, else computed and put there.

    Args:
        images: Of the split, (N, C, R, R) uint8, N >= 2.
        digest: Their `image_digest`.
        name: Of data set and split, for the file's name.
        loaded: The extractor.
        cache: Folder of the cache; a file of it that is cut off or foreign is computed again.
    """
    key = reference_key(digest, loaded)
    path = cache / f"{slug(name)}-{loaded.extractor.name}-{key}.safetensors"
    reference = _read(path, loaded.device)
    if reference is None:
        reference = reference_of(images, loaded)
        _write(reference, path)
    return reference


def image_digest(images: Tensor) -> str:
    """First 16 hex digits of the SHA-256 of the shape and the pixels of images (N, C, H, W) uint8."""
    digest = hashlib.sha256(str(tuple(images.shape)).encode())
    digest.update(images.cpu().contiguous().numpy().data)
    return digest.hexdigest()[:16]


def reference_key(digest: str, loaded: LoadedExtractor) -> str:
    """16 hex digits that change with the images' digest, any weight of the extractor, and torch-fidelity's version."""
    head = f"{torch_fidelity.__version__} {loaded.extractor.name} {loaded.digest} {digest}"
    return hashlib.sha256(head.encode()).hexdigest()[:16]


def _read(path: Path, device: torch.device) -> RealFeatures | None:
    try:
        tensors = load_file(path)
        return RealFeatures(tensors["pooled"], tensors["mu"].to(device), tensors["sigma"].to(device))
    except (OSError, SafetensorError, KeyError):
        return None


def _write(reference: RealFeatures, path: Path) -> None:
    with atomic_write(path) as unfinished:
        save_file({"pooled": reference.pooled, "mu": reference.mu, "sigma": reference.sigma}, unfinished)
