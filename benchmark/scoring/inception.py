"""The standard extractor: torch-fidelity's Inception v3, and where its weights are looked for."""

import pickle
from pathlib import Path

import torch
from torch.hub import download_url_to_file, get_dir
from torch_fidelity.feature_extractor_inceptionv3 import URL_INCEPTION_V3

from benchmark.errors import UserError

NAME = "inception-v3-compat"
FILE = Path(URL_INCEPTION_V3).name
HASH_PREFIX = Path(FILE).stem.rpartition("-")[2]
TENSORS = 566


def places(data: Path) -> tuple[Path, Path]:
    """Where the weights may lie: in the data folder, then in torch's cache, where torch-fidelity puts them."""
    return data / "extractors" / FILE, Path(get_dir()) / "checkpoints" / FILE


def inception_problem(data: Path) -> str | None:
    """None if the weights are in place, else one line saying which file to put where; never downloads."""
    own, cached = places(data)
    if own.is_file() or cached.is_file():
        return None
    return f"{own}: the weights of {NAME} are missing; put the file of {URL_INCEPTION_V3} there"


def inception_weights(data: Path) -> Path:
    """The file of weights, downloaded into the data folder if it is nowhere.

    Raises:
        UserError: if it is nowhere and the download fails, or if it does not hold these weights.
    """
    own, cached = places(data)
    path = cached if cached.is_file() and not own.is_file() else own
    if not path.is_file():
        _download(path, data)
    _check(path)
    return path


def _download(path: Path, data: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        download_url_to_file(URL_INCEPTION_V3, str(path), hash_prefix=HASH_PREFIX)
    except (OSError, RuntimeError) as error:
        raise UserError(f"{inception_problem(data)} (the download failed: {error})") from error


def _check(path: Path) -> None:
    # torch-fidelity unpickles whatever the file holds, so it only ever sees files that held tensors alone.
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise UserError(f"{path}: no file of weights ({str(error).splitlines()[0][:80]})") from error
    fc = weights.get("fc.weight") if isinstance(weights, dict) else None
    if fc is None or tuple(fc.shape) != (1008, 2048) or len(weights) != TENSORS:
        raise UserError(f"{path}: not the weights of {NAME}: expected {TENSORS} tensors with fc.weight of 1008x2048")
