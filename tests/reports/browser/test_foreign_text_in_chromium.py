"""A report of a store that others wrote to, in Chromium: escaped, and behind a second wall where it is not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from reports.output.write import write_report
from reports.records.load import StudyRecords

Open = Callable[..., WebDriver]
HURT = "return window.hurt ?? null"
INJECTED = "<script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'><svg onload='window.hurt = 1'></svg>"
# What is done to the page before it is opened.
AS_IT_IS, UNESCAPED, WITHOUT_POLICY = "as it is", "unescaped", "without policy"


@pytest.fixture(scope="module")
def written(hostile: StudyRecords, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(hostile, tmp_path_factory.mktemp("hostile-browser")).page


@pytest.fixture
def page(written: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """What is opened, instead of the sound study's page."""
    text = written.read_text(encoding="utf-8")
    if request.param in (UNESCAPED, WITHOUT_POLICY):
        text = text.replace("<main>", f"<main>{INJECTED}")
    if request.param == WITHOUT_POLICY:
        text = text.replace("Content-Security-Policy", "X-Nothing", 1)
    (tmp_path / "index.html").write_text(text, encoding="utf-8")
    return tmp_path / "index.html"


def said(browser: WebDriver) -> list[str]:
    return [entry["message"] for entry in browser.get_log("browser")]


@pytest.mark.parametrize("page", [AS_IT_IS], indirect=True)
def test_nothing_of_it_runs_and_the_charts_are_drawn(opened: Open) -> None:
    browser = opened()
    assert said(browser) == []
    assert browser.execute_script(HURT) is None
    assert browser.execute_script("return document.querySelectorAll('script:not([type])').length") == 3


@pytest.mark.parametrize("page", [UNESCAPED], indirect=True)
def test_what_is_not_escaped_is_stopped_by_the_policy(opened: Open) -> None:
    browser = opened()
    assert browser.execute_script(HURT) is None
    assert len([line for line in said(browser) if "Content Security Policy" in line]) >= 3


@pytest.mark.parametrize("page", [WITHOUT_POLICY], indirect=True)
def test_without_the_policy_it_would_have_run(opened: Open) -> None:
    assert opened().execute_script(HURT) == 1
