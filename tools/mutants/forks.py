"""The tests collected once, and run for each change in a fork of that process: without Python's and torch's start."""

import json
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp

import pytest
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

FAILED = 1
UNCHANGED = ""
# Of a processor, beyond what the tests took unchanged: a busy machine is no endless loop.
PATIENCE_SECONDS = 20
STATUSES = {
    0: "survived",
    FAILED: "killed",
    -signal.SIGXCPU: "timeout",
    -signal.SIGKILL: "timeout",
    -signal.SIGSEGV: "segfault",
    -signal.SIGABRT: "segfault",
}


class Forks:
    """A plugin of pytest that runs the tests once for each change, those that come by the changed function.

    Attributes:
        statuses: What came of each change, by name.

    Args:
        functions: By change the function that it is in, both as mutmut calls them.
        processes: How many at a time.
        tell: Told how far it is, a line each.
    """

    def __init__(self, functions: dict[str, str], processes: int, tell: Callable[[str], None]) -> None:
        self.functions = functions
        self.processes = processes
        self.tell = tell
        self.statuses: dict[str, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find out which test comes by which function, then make every change."""
        if session.testsfailed:
            raise session.Failed("the tests cannot be collected")
        folder = Path(mkdtemp(prefix="mutants-"))
        try:
            reached, seconds = self._reached(session.items, folder)
            self.tell(f"{len(session.items)} tests take {sum(seconds.values()):.0f} seconds unchanged")
            self._make_all(session.items, reached, seconds, folder)
        finally:
            shutil.rmtree(folder)
        if self.statuses.pop(UNCHANGED) != STATUSES[0]:
            raise session.Failed("tests fail unchanged, the quickest first: their order matters")
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One failure is enough: only ever called in a fork."""
        if report.failed:
            print(report.longreprtext, file=sys.stderr, flush=True)
            os._exit(FAILED)

    def _reached(self, items: Sequence[pytest.Item], folder: Path) -> tuple[dict[str, list[str]], dict[str, float]]:
        """By test the functions that it comes by, and its seconds of a processor."""
        found = folder / "reached.json"

        def run() -> None:
            set_mutant_under_test("stats")
            reached, seconds = {}, {}
            for item, following in _with_next(items):
                start = time.process_time()
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
                seconds[item.nodeid] = time.process_time() - start
                reached[item.nodeid] = sorted(state()._stats)
                state()._stats.clear()
            found.write_text(json.dumps([reached, seconds]), encoding="utf-8")

        _, status = os.waitpid(_fork(run, folder, resource.RLIM_INFINITY, silent=False), 0)
        if status:
            raise pytest.Session.Failed("tests fail unchanged")
        reached, seconds = json.loads(found.read_text(encoding="utf-8"))
        return reached, seconds

    def _make_all(
        self,
        items: Sequence[pytest.Item],
        reached: dict[str, list[str]],
        seconds: dict[str, float],
        folder: Path,
    ) -> None:
        quickest = sorted(items, key=lambda item: seconds[item.nodeid])
        running: dict[int, str] = {}
        for name in (UNCHANGED, *self.functions):
            own = [item for item in quickest if not name or self.functions[name] in reached[item.nodeid]]
            if not own:
                self.statuses[name] = "no tests"
                continue
            while len(running) >= self.processes:
                self._wait(running)
            limit = PATIENCE_SECONDS + int(10 * sum(seconds[item.nodeid] for item in own))
            running[_fork(lambda name=name, own=own: _run(name, own), folder, limit)] = name  # type: ignore[misc]
        while running:
            self._wait(running)

    def _wait(self, running: dict[int, str]) -> None:
        pid, status = os.wait()
        self.statuses[running.pop(pid)] = STATUSES.get(os.waitstatus_to_exitcode(status), "suspicious")
        if len(self.statuses) % 100 == 0:
            lost = sum(each == STATUSES[0] for each in self.statuses.values())
            self.tell(f"{len(self.statuses)} of {len(self.functions) + 1}, {lost} not seen")


def _run(name: str, items: Sequence[pytest.Item]) -> None:
    set_mutant_under_test(name)
    for item, following in _with_next(items):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


def _with_next(items: Sequence[pytest.Item]) -> list[tuple[pytest.Item, pytest.Item | None]]:
    return list(zip(items, (*items[1:], None), strict=True))


def _fork(work: Callable[[], None], folder: Path, seconds: int, *, silent: bool = True) -> int:
    """Do something in a fork of this process, which has not used torch yet, for so many seconds of a processor."""
    pid = os.fork()
    if pid:
        return pid
    code = FAILED + 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        os.environ["PYTEST_DEBUG_TEMPROOT"] = mkdtemp(dir=folder)
        if silent:
            for stream in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        work()
        code = 0
    finally:
        os._exit(code)
