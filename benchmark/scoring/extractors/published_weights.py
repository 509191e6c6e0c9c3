"""The weights that extractors were published with: where they are looked for, fetched to, and what is let through."""

import hashlib
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import torch
from filelock import FileLock
from torch import Tensor
from torch.hub import download_url_to_file, get_dir

from benchmark.errors import UserError
from benchmark.files import atomic_write

OWN_FOLDER = "GANBENCH_WEIGHTS"


@dataclass(frozen=True)
class PublishedWeights:
    """One file of weights, which is looked for in the own folder, in the data folder, and in torch's cache.

    In the folder that GANBENCH_WEIGHTS names, a file may also hold other weights of the same network, since whoever
    names it means it; the digest of the weights in every record tells them apart. Anywhere else it must be what was
    published.

    Attributes:
        extractor: The extractor's name.
        url: Its address.
        file: Its name in all three places; torch-fidelity's own in torch's cache.
        sha256: Of its content.
        shapes: Of some tensors that other weights must have too, from the first layer to the last.
    """

    extractor: str
    url: str
    file: str
    sha256: str
    shapes: Mapping[str, tuple[int, ...]]

    def problem(self, data: Path) -> str | None:
        """None if weights are in place that `find` would give, else one line saying what to do; never downloads."""
        try:
            path = self._in_place(data)
            if path is None:
                return self._missing(data)
            self._check(path)
        except UserError as error:
            return str(error)
        return None

    def find(self, data: Path) -> Path:
        """The file of weights, downloaded into the data folder if it is nowhere.

        Raises:
            UserError: if it is nowhere and the download fails, if it is not what was published, or if it is in the own
                folder and holds other things than weights of this network; or if there is no such folder.
        """
        path = self._in_place(data) or self._download(data)
        self._check(path)
        return path

    def _in_place(self, data: Path) -> Path | None:
        folders = [_data_folder(data), Path(get_dir()) / "checkpoints"]
        own = own_folder()
        places = [folder / self.file for folder in ([own, *folders] if own else folders)]
        return next((place for place in places if place.is_file()), None)

    def _check(self, path: Path) -> None:
        found = sha256(path)
        if found == self.sha256:
            return
        if path.parent != own_folder():
            raise UserError(
                f"{path}: its SHA-256 is {found}, that of the weights of {self.extractor} is {self.sha256}; "
                f"remove it, or name its folder in {OWN_FOLDER} to use it as it is"
            )
        held = tensors(path)
        for name, shape in self.shapes.items():
            if name not in held or tuple(held[name].shape) != shape:
                size = "x".join(map(str, shape))
                raise UserError(f"{path}: not the weights of {self.extractor}: expected {name!r} of {size}")

    def _download(self, data: Path) -> Path:
        path = _data_folder(data) / self.file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Under a lock, since workers may start at once; who comes second finds the file.
            with FileLock(path.parent / ".download.lock"):
                if not path.is_file():
                    with atomic_write(path) as unfinished:
                        download_url_to_file(self.url, str(unfinished), hash_prefix=self.sha256)
        except (OSError, RuntimeError, HTTPException) as error:
            raise UserError(f"{self._missing(data)} (the download failed: {_one_line(error)})") from error
        return path

    def _missing(self, data: Path) -> str:
        place = _data_folder(data) / self.file
        return (
            f"{place}: the weights of {self.extractor} are missing; put the file of {self.url} "
            f"(SHA-256 {self.sha256}) there, or by that name into the folder that {OWN_FOLDER} names"
        )


def own_folder() -> Path | None:
    """The folder that GANBENCH_WEIGHTS names, if any.

    Raises:
        UserError: if there is no such folder.
    """
    named = os.environ.get(OWN_FOLDER)
    if named and not Path(named).is_dir():
        raise UserError(f"{OWN_FOLDER}={named}: no such folder; name one that holds weights, or none")
    return Path(named) if named else None


def sha256(path: Path) -> str:
    """The SHA-256 of a file's content, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tensors(path: Path) -> dict[str, Tensor]:
    """What a file of weights holds: tensors of any shape by name, on the CPU; no code in it is run, whatever it is.

    Raises:
        UserError: if it holds anything but tensors by name.
    """
    try:
        with warnings.catch_warnings():  # of what the error says
            warnings.filterwarnings("ignore", message="'torch.load' received a zip file")
            held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a broken file may raise anything
        raise UserError(f"{path}: no file of weights ({_one_line(error)[:80]})") from error
    if not isinstance(held, dict) or not all(isinstance(value, Tensor) for value in held.values()):
        raise UserError(f"{path}: no file of weights (it holds other things than tensors by name)")
    return held


def _data_folder(data: Path) -> Path:
    return data / "extractors"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
