"""`ganbench --version`."""

from importlib.metadata import version

import pytest

from benchmark.cli.version import versions


def test_it_is_what_is_installed() -> None:
    line = versions()
    assert line.startswith(f"ganbench {version('ganbench')} (")
    for name in ("torch", "mlflow", "optuna"):
        assert f"{name} {version(name)}" in line


def test_what_is_not_installed_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmark.cli.version.BESIDE", ("no-such-package-at-all",))
    assert versions().endswith("(no-such-package-at-all not installed)")
