"""Processes that end with their parent, however that ends."""

import subprocess
import sys

import psutil

GONE_WITHIN = 60.0
# A parent with a child that waits for ever, whose process id it prints.
FAMILY = """
import multiprocessing, time
from benchmark.processes import end_with_parent

def wait(pipe):
    end_with_parent()
    pipe.send(multiprocessing.current_process().pid)
    time.sleep(3600)

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    context.Process(target=wait, args=(theirs,)).start()
    print(ours.recv(), flush=True)
    time.sleep(3600)
"""


def test_a_child_ends_when_its_parent_is_killed(tmp_path) -> None:
    script = tmp_path / "family.py"
    script.write_text(FAMILY, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    gone, _ = psutil.wait_procs([child], timeout=GONE_WITHIN)
    assert gone or child.status() == psutil.STATUS_ZOMBIE
