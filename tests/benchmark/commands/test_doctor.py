"""What the doctor says of a machine that has nothing but the packages."""

from importlib.metadata import version
from pathlib import Path

import pytest

from benchmark.commands.doctor import Finding, examine
from benchmark.datasets.catalog import DATASETS
from benchmark.environment import PACKAGES
from benchmark.paths import Paths, shipped_studies
from benchmark.scoring.extractors.catalog import EXTRACTORS


@pytest.fixture
def findings(tmp_path: Path) -> dict[str, Finding]:
    (tmp_path / "studies").mkdir()
    for name in ("mine", "digits"):
        (tmp_path / "studies" / f"{name}.toml").touch()
    return {finding.topic: finding for finding in examine(Paths(tmp_path, tmp_path / "data"))}


def test_everything_is_looked_at(findings: dict[str, Finding]) -> None:
    things = [f"dataset {name}" for name in DATASETS] + [f"extractor {name}" for name in EXTRACTORS]
    assert list(findings) == [*PACKAGES, "device", "memory", *things, "studies"]


def test_versions_are_told(findings: dict[str, Finding]) -> None:
    assert findings["torch"] == Finding("torch", version("torch"))
    assert all(findings[package].advice is None for package in PACKAGES)


def test_what_comes_with_the_packages_is_present(findings: dict[str, Finding]) -> None:
    assert findings["dataset digits"] == Finding("dataset digits", "present")
    assert findings["extractor digits-cnn"] == Finding("extractor digits-cnn", "present")


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "cifar10"])
def test_a_missing_data_set_comes_with_one_line_of_advice(
    name: str, findings: dict[str, Finding], tmp_path: Path
) -> None:
    finding = findings[f"dataset {name}"]
    assert finding.state == "missing"
    assert finding.advice == DATASETS[name].problem(tmp_path / "data")
    assert finding.advice
    assert "\n" not in finding.advice


def test_missing_weights_come_with_the_place_to_put_them(findings: dict[str, Finding], tmp_path: Path) -> None:
    finding = findings["extractor inception-v3-compat"]
    assert finding.state == "missing"
    assert finding.advice == EXTRACTORS["inception-v3-compat"].problem(tmp_path / "data")
    assert str(tmp_path / "data") in str(finding.advice)


def test_memory_and_studies_are_told(findings: dict[str, Finding]) -> None:
    assert "GiB free" in findings["memory"].state
    shipped = {path.stem for path in shipped_studies().glob("*.toml")}
    assert findings["studies"] == Finding("studies", ", ".join(sorted({"digits", "mine"} | shipped)))


def test_nothing_is_downloaded_or_written(findings: dict[str, Finding], tmp_path: Path) -> None:
    assert [path.name for path in tmp_path.iterdir()] == ["studies"]
