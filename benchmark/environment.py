"""What a run ran with: versions, device, code."""

import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import joblib
import psutil

from benchmark.errors import UserError
from benchmark.plain_text import shown
from ganzoo.names import with_nearest

if TYPE_CHECKING:  # who only counts cores, as a process that decodes pictures, need not wait for it
    import torch

PACKAGES = ("torch", "torchvision", "torchmetrics", "torch-fidelity", "optuna", "mlflow", "numpy", "scipy")


def cores() -> int:
    """The cores that this process may use: 1 or more, whatever the machine has.

    The fewest of the machine's, those that it is bound to where a system binds processes (macOS does not), and what the
    quota of its control group allows, as a container's.
    """
    return int(joblib.cpu_count())


def choose_device(name: str) -> "torch.device":
    """The device called `name`; "auto" is a GPU where there is one.

    Raises:
        UserError: if there is no such device here.
    """
    import torch

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(str(name))  # a torch.device, too
        torch.zeros(1, device=device).item()
    except Exception as error:  # whatever a back end raises that is not here, or the reading of a number
        found = ", ".join(["cpu", *(f"cuda:{index}" for index in range(torch.cuda.device_count()))])
        told = f"device {shown(name)}: not found here; there is {found} (and auto)"
        raise UserError(with_nearest(told, str(name), ["auto", *found.split(", ")])) from error
    return device


def choose_devices(names: str) -> "tuple[torch.device, ...]":
    """The devices that a study spreads its workers over: all of one kind, each once.

    Args:
        names: With commas between, as in "cuda:0,cuda:2". "auto" is every GPU that CUDA_VISIBLE_DEVICES leaves, or the
            CPU where there is none; "cuda" is every GPU.

    Raises:
        UserError: if one is not here, or they are of several kinds.
    """
    import torch

    found: dict[torch.device, None] = {}
    for name in map(str.strip, str(names).split(",")):
        device = choose_device(name)
        every = device.type == "cuda" and device.index is None
        indices = range(torch.cuda.device_count()) if every else [device.index]
        found |= dict.fromkeys(device if index is None else torch.device(device.type, index) for index in indices)
    if len({device.type for device in found}) > 1:
        raise UserError(f"device {shown(names)}: must be of one kind, so that all runs are rounded alike")
    return tuple(found)


def device_name(device: "torch.device") -> str:
    """The product name of a GPU, or the processor's."""
    if device.type == "cuda":
        import torch

        return torch.cuda.get_device_name(device)
    return f"{platform.machine()} CPU, {psutil.cpu_count(logical=False) or 1} cores"


def installed(package: str) -> str:
    """The version of an installed package, or "absent"."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


@cache
def code_version() -> str:
    """The commit of the checkout that this code lies in, with "-dirty" if files differ; "unknown" if installed.

    What another checkout around it, such as that of the person who installed it, does not track is none of its code.
    """
    here = Path(__file__)
    try:
        _git(here.parent, "ls-files", "--error-unmatch", here.name)
        return _git(here.parent, "describe", "--always", "--dirty", "--abbrev=12")
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()


def describe(device: "torch.device", place: str, method: str, precision: str, gradients: str) -> dict[str, str]:
    """Everything that a record keeps of where it came from.

    Args:
        device: That it trains on.
        place: Which of several it is, as torch names it.
        method: How the members of a cohort were trained together.
        precision: Of products and convolutions in training, as a spec asks for it.
        gradients: Whether they were played back from a recording in the end, or computed by autograd.
    """
    return {
        "device": device_name(device),
        "device_type": device.type,
        "device_place": place,
        "method": method,
        "precision": precision if device.type == "cuda" else "float32",
        "gradients": gradients,
        "python": platform.python_version(),
        "system": platform.system(),
        "code": code_version(),
        **{package: installed(package) for package in PACKAGES},
    }
