"""The report in headless Chromium, from a file, where a browser and its driver are installed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.support.wait import WebDriverWait

from reports.output.write import write_report
from reports.records.load import StudyRecords

Browser = webdriver.Chrome


@pytest.fixture(scope="session")
def page(records: StudyRecords, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(records, tmp_path_factory.mktemp("browser")).page


@pytest.fixture
def opened(chromium: Browser, page: Path) -> Callable[..., Browser]:
    """Opens the page at a width, in light or dark, with all charts drawn."""

    def open_page(width: int = 1280, scheme: str = "light", media: str = "screen") -> Browser:
        chromium.get("about:blank")  # lest the page of a test before draws itself again for this size and scheme
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        for log in ("browser", "performance"):
            chromium.get_log(log)  # what came before
        chromium.get(page.as_uri())
        WebDriverWait(chromium, 30).until(lambda browser: ask(browser, DRAWN))
        return chromium

    return open_page


DRAWN = "return [...document.querySelectorAll('figure.chart')].every(chart => chart.querySelector('svg.marks path'))"


def ask(browser: Browser, script: str, *values: object) -> Any:
    return browser.execute_script(script, *values)
