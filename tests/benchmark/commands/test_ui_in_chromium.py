"""MLflow's pages in headless Chromium, where a browser and its driver are installed, with the tiny study's runs."""

import json
import signal
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from serving import free_port, start_ui
from tiny_study import FinishedStudy

PATIENCE = 60
RUN_NAMES = """
return [...document.querySelectorAll('.ag-pinned-left-cols-container .ag-row:has(a)')]
    .sort((one, other) => one.getAttribute('row-index') - other.getAttribute('row-index'))
    .map(row => row.querySelector('a').innerText)
"""
BARS = "return document.querySelectorAll('.bars .point').length"
TICKS = "return [...document.querySelectorAll('.xtick text')].map(text => text.textContent)"
POINTS = "return document.querySelectorAll('.scatterlayer .point').length"
AXES = "return [...document.querySelectorAll('.parcoords .axis-title')].map(title => title.textContent)"
TEXT = "return document.body.innerText"


@pytest.fixture(scope="module")
def address(finished: FinishedStudy) -> Iterator[str]:
    """What `make ui` says."""
    with start_ui(finished.spec, finished.paths, free_port()) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[0]
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)


@pytest.fixture
def see(chromium: Any) -> Callable[..., Any]:
    """Opens a page, and gives what a script says as soon as that is enough."""
    from selenium.common.exceptions import TimeoutException
    from selenium.webdriver.support.wait import WebDriverWait

    size = {"width": 1600, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def look(url: str, script: str, enough: Callable[[Any], bool]) -> Any:
        if url:
            chromium.get("about:blank")  # a changed fragment alone loads nothing
            chromium.get(url)
        try:
            return WebDriverWait(chromium, PATIENCE).until(
                lambda browser: found if enough(found := browser.execute_script(script)) else None
            )
        except TimeoutException:
            return chromium.execute_script(script)

    return look


def test_it_opens_on_the_leaderboard_with_charts(see, address: str, finished: FinishedStudy) -> None:
    names = see(address, RUN_NAMES, lambda found: len(found) >= 3)
    parents = [finished.mlflow_runs()[name] for name in finished.sound]
    best_first = sorted(parents, key=lambda run: run.data.metrics["test/fid"])
    assert names == [*(run.info.run_name for run in best_first), finished.failing]
    assert see("", BARS, lambda found: found >= 2 * len(parents)) >= 2 * len(parents)
    assert {"test/fid", "test/inception_score"} <= set(see("", TEXT, lambda text: "test/kid" in text).split("\n"))


def test_final_runs_are_points_above_their_variant_and_its_loss(see, address: str, finished: FinishedStudy) -> None:
    finals = [run for run in finished.mlflow_runs().values() if run.data.tags["kind"] == "final"]
    wanted = {run.data.params[name] for run in finals for name in ("variant", "loss", "architecture")}
    page = address.replace("viewStateShareKey=leaderboard", "viewStateShareKey=finals")
    assert wanted <= set(see(page, TICKS, lambda found: wanted <= set(found)))
    assert see("", POINTS, lambda found: found >= 4 * len(finals)) >= 4 * len(finals)


def test_two_variants_compared_are_drawn_by_a_score(see, chromium: Any, address: str, finished: FinishedStudy) -> None:
    runs = [run for name, run in finished.mlflow_runs().items() if "-trial-" in name and finished.failing not in name]
    ids = quote(json.dumps([run.info.run_id for run in runs]))
    base = address.partition("#")[0]
    page = f"{base}#/compare-runs?runs={ids}&experiments={quote(json.dumps([runs[0].info.experiment_id]))}"
    axes = see(page, AXES, bool)
    assert axes[-1] == "eval_validation/fid"
    assert len(axes) == 4
    chromium.find_element("xpath", "//*[@role='tab'][contains(., 'Contour')]").click()
    words = see("", TEXT, lambda text: "Z-axis:" in text).split("\n")
    assert words[words.index("Z-axis:") + 1] == "eval_validation/fid"
