"""What `ganbench --version` says, from what installers left: nothing is imported for it."""

from importlib.metadata import PackageNotFoundError, version

BESIDE = ("torch", "mlflow", "optuna")


def versions() -> str:
    """The version of ganbench, and of what its results depend on most, in one line."""
    return f"ganbench {_of('ganbench')} ({', '.join(f'{name} {_of(name)}' for name in BESIDE)})"


def _of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
