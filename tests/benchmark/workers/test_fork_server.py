"""The server that workers are forked from ends with its parent, even while it imports; others are left alone."""

import ctypes
import subprocess
import sys

import psutil
import pytest

from benchmark.workers import fork_server

PR_GET_PDEATHSIG = 2
IMPORTING = (
    "from multiprocessing.forkserver import main; import benchmark.workers.fork_server, time; "
    "print('at it', flush=True); time.sleep(3600)"
)
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(3600)
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what Linux can do")


def test_it_ends_in_the_middle_of_its_imports_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, IMPORTING], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        server = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    gone, _ = psutil.wait_procs([server], timeout=60.0)
    assert gone or server.status() == psutil.STATUS_ZOMBIE


def test_whoever_imports_it_keeps_its_life() -> None:
    number = ctypes.c_int(-1)
    assert ctypes.CDLL(None).prctl(PR_GET_PDEATHSIG, ctypes.byref(number)) == 0
    assert number.value == 0
    assert fork_server.PR_SET_PDEATHSIG == 1
