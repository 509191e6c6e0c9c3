"""How the tests are spread over the processes of pytest-xdist, and a browser for those that look at pages."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

sys.path.insert(0, str(Path(__file__).parent))  # helpers of the tests that lie here

from denormals import denormals_flushed

os.environ.pop("COLUMNS", None)  # pytest-xdist sets it for its workers, and tables follow it

# A shell that starts the tests in the background has them ignore Ctrl-C, and so would all that they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# They share studies that take half a minute to run, so one process has them all.
TINY_STUDY = {
    f"tests/benchmark/{path}.py"
    for path in (
        *(
            "cli/test_images",
            "cli/test_models",
            "cli/test_report",
            "cli/test_run",
            "cli/test_suite",
            "commands/test_sample",
        ),
        *(
            "library/test_results",
            "library/test_studies",
            "commands/test_ui_in_chromium",
            "tracking/test_saved_generator",
        ),
        *("study/test_launch", "study/test_preparation", "study/test_runner", "study/test_runner_crash"),
        *("study/test_runner_events", "study/test_runner_pruning", "tracking/test_registry", "workers/test_pool"),
    )
}
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
DRIVER = shutil.which("chromedriver") or ""
QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
)


@pytest.fixture(autouse=True)
def arithmetic_as_before() -> Iterator[None]:
    """Fails a test that leaves this process computing otherwise: another test's last digits would tell, far away."""
    threads = torch.get_num_threads()
    yield
    left, flushed = torch.get_num_threads(), denormals_flushed()
    torch.set_num_threads(threads)
    torch.set_flush_denormal(False)
    assert left == threads
    assert not flushed


@pytest.fixture
def chromium(_chromium: "Chrome") -> "Iterator[Chrome]":
    """The browser, which leaves a test's page behind: one that draws itself again goes on beside all other tests."""
    yield _chromium
    _chromium.get("about:blank")


@pytest.fixture(scope="session")
def _chromium(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Chrome]":
    """A headless browser with a profile of its own."""
    if not (CHROMIUM and DRIVER):
        pytest.skip("Chromium and chromedriver are not installed")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    found = find_spec("axe_core_python")
    assert found is not None
    assert found.origin is not None
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    from xdist.scheduler import LoadScopeScheduling

    class BySharedStudy(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "tiny-study" if file in TINY_STUDY else file

    return BySharedStudy(config, log)
