"""What a wheel and a source distribution hold, beside what git knows."""

import subprocess
import tarfile
import tomllib
import zipfile
from collections.abc import Collection, Mapping
from email.parser import Parser
from pathlib import Path

PROJECT = "pyproject.toml"
LICENSE = "LICENSE"


def tracked(root: Path) -> list[str]:
    """The files that git knows, from the root, with slashes."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True)
    return sorted(filter(None, listed.stdout.decode().split("\0")))


def shipped(root: Path, known: Collection[str]) -> dict[str, str]:
    """The files that belong into a wheel, by their names there, as pyproject.toml has it.

    Args:
        root: Of the repository.
        known: What git knows.
    """
    settings = tomllib.loads((root / PROJECT).read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    homes = {name: name for name in wheel["packages"]} | wheel.get("force-include", {})
    return {
        there + file.removeprefix(here): file
        for here, there in homes.items()
        for file in known
        if file == here or file.startswith(f"{here}/")
    }


def faults_of_wheel(wheel: Path, expected: Mapping[str, str], license_name: str) -> list[str]:
    """What is wrong with a wheel, a line each.

    Args:
        wheel: The file.
        expected: What belongs into it (`shipped`).
        license_name: As SPDX has it.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        about = f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/"
        metadata = Parser().parsestr(archive.read(f"{about}METADATA").decode())
    own = {name for name in names if not name.startswith(about)}
    faults = [f"{wheel.name}: {name} is missing" for name in sorted(expected.keys() - own)]
    faults += [f"{wheel.name}: {name} is none of its files" for name in sorted(own - expected.keys())]
    if f"{about}licenses/{LICENSE}" not in names:
        faults.append(f"{wheel.name}: {LICENSE} is missing")
    if metadata["License-Expression"] != license_name:
        faults.append(f"{wheel.name}: its licence is {metadata['License-Expression']}, not {license_name}")
    return faults


def faults_of_sdist(sdist: Path, known: Collection[str]) -> list[str]:
    """What is wrong with a source distribution, a line each: it is what git knows, and PKG-INFO."""
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers() if not member.isdir()}
    faults = [f"{sdist.name}: {name} is missing" for name in sorted(set(known) - names)]
    return faults + [f"{sdist.name}: git does not know {name}" for name in sorted(names - set(known) - {"PKG-INFO"})]


def faults_of_version(root: Path, dist: Path) -> list[str]:
    """Where another version stands than pyproject.toml's."""
    version = tomllib.loads((root / PROJECT).read_text(encoding="utf-8"))["project"]["version"]
    faults = [
        f"{path.name} is not of version {version}"
        for path in sorted(dist.iterdir())
        if not path.name.startswith((".", f"ganbench-{version}-", f"ganbench-{version}.tar"))
    ]
    said = (root / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    if f"version: {version}" not in said:
        faults.append(f"CITATION.cff has no line 'version: {version}'")
    changed = (root / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    if not any(line.startswith(f"## {version} (") for line in changed):
        faults.append(f"CHANGELOG.md has no line '## {version} (...'")
    return faults
