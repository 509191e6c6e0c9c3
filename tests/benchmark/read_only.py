"""Commands on a checkout whose runs/ cannot be written to, whoever runs the tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from killing import ELSEWHERE

CALL = "from benchmark.cli import main; main()"
# A mount of its own, that ends with the command: root may write to whatever its rights are.
MOUNT = 'mount --bind runs runs && mount -o remount,bind,ro runs && exec "$@"'


def ganbench_read_only(root: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the console command in `root`."""
    command = [sys.executable, "-c", CALL, *words]
    if os.geteuid() == 0:
        _skip_without_mounts()
        command = ["unshare", "-m", "sh", "-c", MOUNT, "sh", *command]
    environment = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    environment |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(map(str, sys.path))}
    folders = [path for path in [root / "runs", *(root / "runs").rglob("*")] if path.is_dir()]
    try:
        for folder in folders:
            folder.chmod(0o500)
        return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    finally:
        for folder in folders:
            folder.chmod(0o700)


def _skip_without_mounts() -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        pytest.skip("root without mounts of its own can write everywhere")
