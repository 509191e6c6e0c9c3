"""How the tests are spread over the processes of pytest-xdist."""

from pathlib import Path

import pytest

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
