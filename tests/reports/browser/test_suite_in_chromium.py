"""A suite's page in headless Chromium."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait

from reports.records.load import StudyRecords
from reports.suites import write_suite

Open = Callable[..., WebDriver]
SCREENS = [(width, scheme) for width in (390, 1280, 1920) for scheme in ("light", "dark")]
# Its last element is there: that of a large page may come after its address is said to be open.
WHOLE = "return document.readyState === 'complete' && document.body.lastElementChild.tagName === 'SCRIPT'"
NAMES = "return [...document.querySelectorAll('.leaderboard tbody.variants th')].map(cell => cell.dataset.value)"


@pytest.fixture(scope="module")
def suite_page(records: StudyRecords, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study, and the same as if it were of another data set."""
    other = replace(
        records, study_id="triangles-00000000", spec=records.spec.model_copy(update={"dataset": "triangles"})
    )
    return write_suite("small", [records, other], tmp_path_factory.mktemp("suite")).page


@pytest.fixture
def opened_suite(chromium: WebDriver, suite_page: Path) -> Open:
    def open_page(width: int = 1280, scheme: str = "light") -> WebDriver:
        chromium.get("about:blank")
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen", "features": features})
        for log in ("browser", "performance"):
            chromium.get_log(log)
        chromium.get(suite_page.as_uri())
        WebDriverWait(chromium, 30).until(lambda browser: browser.execute_script(WHOLE))
        return chromium

    return open_page


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_it_opens_without_network_errors_or_sideways_scrolling(opened_suite: Open, width: int, scheme: str) -> None:
    browser = opened_suite(width, scheme)
    requests = [
        json.loads(entry["message"])["message"]["params"]["request"]["url"]
        for entry in browser.get_log("performance")
        if '"Network.requestWillBeSent"' in entry["message"]
    ]
    assert [url[:40] for url in requests if not url.startswith(("file:", "data:"))] == []
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    wide, room = browser.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= room


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light"), (1920, "dark")])
def test_axe_finds_nothing(opened_suite: Open, axe: str, width: int, scheme: str) -> None:
    browser = opened_suite(width, scheme)
    browser.execute_script(axe)
    found = browser.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []
    assert len(found["passes"]) > 25


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_each_figure_is_shown_once(opened_suite: Open, width: int) -> None:
    browser = opened_suite(width)
    shown = browser.execute_script(
        "return [...document.querySelectorAll('figure.ranking')].map(figure =>"
        " [...figure.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 0).length)"
    )
    assert shown == [1] * 8


def test_a_click_on_a_data_set_puts_its_best_first(opened_suite: Open) -> None:
    browser = opened_suite()
    browser.find_element(
        By.XPATH, "//table[contains(@class, 'leaderboard')]//button[starts-with(., 'triangles')]"
    ).click()
    assert browser.execute_script(NAMES)[:3] == ["dcgan", "hinge", "wgan-gp"]
    # Another click turns it round; what has no score stays last, and noise and floor below all variants.
    browser.find_element(
        By.XPATH, "//table[contains(@class, 'leaderboard')]//button[starts-with(., 'triangles')]"
    ).click()
    assert browser.execute_script(NAMES)[:3] == ["wgan-gp", "hinge", "dcgan"]
    last = "return document.querySelector('.leaderboard tr:last-child th.name[data-value=noise]') !== null"
    assert browser.execute_script(last)
