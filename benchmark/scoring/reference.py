"""The real side of a comparison: computed once, cached under a key of everything it is computed from."""

import hashlib
from pathlib import Path

import torch
import torch_fidelity
from torch import Tensor

from benchmark.digests import DamagedFileError, tell_damaged
from benchmark.metrics.arithmetic.frechet_distance import moments
from benchmark.metrics.comparison import RealFeatures
from benchmark.names import slug
from benchmark.scoring.extractors.catalog import LoadedExtractor
from benchmark.scoring.features import extract
from benchmark.tensor_files import read_tensors, write_tensors


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
        tensors = read_tensors(path).tensors
        _check(tensors)
    except FileNotFoundError:
        return None
    except (OSError, DamagedFileError) as error:
        tell_damaged(path, error, "computed again")
        return None
    return RealFeatures(tensors["pooled"], tensors["mu"].to(device), tensors["sigma"].to(device))


def _check(tensors: dict[str, Tensor]) -> None:
    """Raise what says why tensors make no reference, as far as that shows without a digest."""
    if not {"pooled", "mu", "sigma"} <= tensors.keys():
        raise DamagedFileError(f"it holds {', '.join(sorted(tensors)) or 'nothing'}")
    width = tensors["pooled"].shape[-1] if tensors["pooled"].ndim == 2 else -1
    if tensors["mu"].shape != (width,) or tensors["sigma"].shape != (width, width):
        raise DamagedFileError("its shapes do not go together")
    if not all(torch.isfinite(tensors[name]).all() for name in ("pooled", "mu", "sigma")):
        raise DamagedFileError("it holds numbers that are not finite")


def _write(reference: RealFeatures, path: Path) -> None:
    write_tensors(path, {"pooled": reference.pooled, "mu": reference.mu, "sigma": reference.sigma})
