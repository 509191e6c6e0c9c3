"""How the tests are spread over the processes of pytest-xdist."""

import signal
from pathlib import Path

import pytest

# A shell that starts the tests in the background has them ignore Ctrl-C, and so would all that they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# They share studies that take half a minute to run, so one process has them all.
TINY_STUDY = {
    f"test_{name}.py"
    for name in (*("cli", "launch", "preparation", "samples", "study", "study_crash", "study_events", "workers"),)
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from xdist.scheduler import LoadScopeScheduling

    class BySharedStudy(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "tiny-study" if Path(file).name in TINY_STUDY else file

    return BySharedStudy(config, log)
