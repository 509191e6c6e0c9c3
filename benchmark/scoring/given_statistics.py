"""Mean and covariance of real features, as other programs write them: the real side of a FID without its images."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open

from benchmark.datasets.memory import ask_for_memory
from benchmark.datasets.stored_arrays import UNREADABLE, StoredArray, stored_arrays
from benchmark.errors import UserError
from benchmark.metrics.comparison import RealFeatures

MEAN, COVARIANCE = "mu", "sigma"  # as pytorch-fid, clean-fid, guided-diffusion and EDM call them
FLOATS = ("float32", "float64", ">f4", ">f8", "F32", "F64")
FILES = (".npz", ".safetensors")
NEGATIVE = 1e-4  # how far an eigenvalue may be rounded below 0, as a share of the largest value: float32 sums
EXACT = 1e-6  # how far a covariance may be from its transpose, as a share of its largest value


def holds_statistics(source: Path) -> bool:
    """Whether a file holds a mean and a covariance by their usual names; one that cannot be read does not."""
    return source.is_file() and source.suffix.lower() in FILES and len(_headers(source)) == 2


def read_statistics(source: Path, features: int, extractor: str, device: torch.device) -> RealFeatures:
    """The mean and the covariance in a file, without the features of any image.

    Args:
        source: An .npz or .safetensors with `mu` (D,) and `sigma` (D, D), floats; of other arrays nothing is read.
        features: What D must be.
        extractor: The network that gives so many, for messages.
        device: Where distances are computed.

    Raises:
        UserError: if they are of another shape, not finite, or `sigma` is no covariance.
    """
    headers = _headers(source)
    _check_headers(source, headers, features, extractor)
    ask_for_memory(2 * 8 * features**2, f"{source}: {headers[COVARIANCE]}")
    with _readable(source):
        mu, sigma = (_read(source, name).astype(np.float64) for name in (MEAN, COVARIANCE))
    _check_values(source, mu, sigma)
    pooled = torch.empty(0, features, dtype=torch.float64)
    return RealFeatures(pooled, torch.from_numpy(mu).to(device), torch.from_numpy(sigma).to(device))


def _headers(source: Path) -> dict[str, StoredArray]:
    try:
        return {array.name: array for array in stored_arrays(source) if array.name in (MEAN, COVARIANCE)}
    except UNREADABLE:
        return {}


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        raise UserError(f"{source}: no statistics can be read from it ({' '.join(str(error).split())})") from error


def _read(source: Path, name: str) -> NDArray[np.floating]:
    if source.suffix.lower() == ".safetensors":
        with safe_open(source, "np") as file:
            tensor: NDArray[np.floating] = file.get_tensor(name)
        return tensor
    with np.load(source, allow_pickle=False) as arrays:
        array: NDArray[np.floating] = arrays[name]
    return array


def _check_headers(source: Path, headers: dict[str, StoredArray], features: int, extractor: str) -> None:
    if len(headers) < 2:
        raise UserError(f"{source}: no statistics can be read from it; it must hold {MEAN} and {COVARIANCE}")
    mu, sigma = headers[MEAN], headers[COVARIANCE]
    size = mu.shape[0] if len(mu.shape) == 1 else 0
    if not size or sigma.shape != (size, size) or not {mu.dtype, sigma.dtype} <= set(FLOATS):
        raise UserError(f"{source}: it holds {mu} and {sigma}; they must be floats, [D] and [D, D]")
    if size != features:
        advice = "name the extractor that they were computed with, as in --set score.extractor=inception-v3-compat"
        raise UserError(f"{source}: {size} features, and extractor {extractor!r} has {features}; {advice}")


def _check_values(source: Path, mu: NDArray[np.float64], sigma: NDArray[np.float64]) -> None:
    if not (np.isfinite(mu).all() and np.isfinite(sigma).all()):
        raise UserError(f"{source}: some of its statistics are no finite numbers")
    largest = np.abs(sigma).max()
    if np.abs(sigma - sigma.T).max() > EXACT * largest or sigma.diagonal().min() < -EXACT * largest:
        raise UserError(f"{source}: {COVARIANCE} is no covariance: it must be symmetric, its diagonal 0 or more")
    least = np.linalg.eigvalsh((sigma + sigma.T) / 2)[0]
    if least < -NEGATIVE * largest:
        raise UserError(
            f"{source}: {COVARIANCE} is no covariance: it has the eigenvalue {least:.3g}, and none is below 0"
        )
