"""Whether a socket has room; a folder for temporary files whose name is longer than its address may be."""

import os
import subprocess
import sys
import tempfile
from multiprocessing import Pipe
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.workers.sockets import SHORT, has_room, shorten_addresses

ANSWER = """\
import tempfile
from multiprocessing import get_context
from concurrent.futures import ProcessPoolExecutor
from math import factorial
from benchmark.workers.sockets import shorten_addresses
{prepare}
with ProcessPoolExecutor(1, get_context("forkserver")) as pool:
    print(pool.submit(factorial, 5).result(), tempfile.gettempdir())
"""


@pytest.fixture
def long_folder(tmp_path: Path) -> Path:
    folder = tmp_path / ("x" * 110)
    folder.mkdir()
    return folder


def answer(folder: Path, prepare: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(folder)}
    program = [sys.executable, "-c", ANSWER.format(prepare=prepare)]
    return subprocess.run(program, env=environment, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python looks for a short folder itself")
def test_python_alone_starts_no_process() -> None:
    long = Path(tempfile.gettempdir(), "y" * 110)
    long.mkdir(exist_ok=True)
    try:
        assert "AF_UNIX path too long" in answer(long, "").stderr
    finally:
        long.rmdir()


def test_processes_are_started_and_other_files_stay_where_they_are_wanted(long_folder: Path) -> None:
    done = answer(long_folder, "shorten_addresses()")
    assert done.stdout == f"120 {long_folder}\n", done.stderr
    assert list(long_folder.iterdir()) == []


def test_without_any_short_folder_it_is_said(long_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmark.workers.sockets.SHORT", ())
    monkeypatch.setattr(tempfile, "tempdir", str(long_folder))
    with pytest.raises(UserError, match=r"^TMPDIR = '.*': too long for sockets; name a folder of 71 letters at most$"):
        shorten_addresses()
    assert SHORT


def test_a_pipe_has_room_until_nobody_listens_for_long() -> None:
    ours, theirs = Pipe()
    sent, page = 0, b"x" * 4096
    while has_room(ours):
        ours.send_bytes(page)  # never waits
        sent += 1
        assert sent < 10_000
    assert sent > 2
    for _ in range(sent):
        theirs.recv_bytes()
    assert has_room(ours)
