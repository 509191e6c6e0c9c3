import subprocess
import sys
import time

from tools.kills.processes import helpers_of, processes_of

FAMILY = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
print("both", flush=True)
time.sleep(3600)
"""


def test_those_of_a_session_are_found_whoever_their_parent_is() -> None:
    command = [sys.executable, "-c", FAMILY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as leader:
        assert leader.stdout
        leader.stdout.readline()
        (child,) = helpers_of(leader.pid)
        assert [process.pid for process in processes_of(leader.pid)] == [leader.pid, child.pid]
        leader.kill()
        leader.wait()
        assert [process.pid for process in processes_of(leader.pid)] == [child.pid]
        child.kill()
        deadline = time.monotonic() + 30.0
        while processes_of(leader.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert processes_of(leader.pid) == []
