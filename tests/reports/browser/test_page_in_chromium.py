import base64
import json
import re
from collections.abc import Callable

import pandas as pd
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from reports.output.latex import render_latex
from reports.records.load import StudyRecords

Open = Callable[..., WebDriver]
NAMES = "return [...document.querySelectorAll('.leaderboard tbody.variants th')].map(cell => cell.dataset.value)"
WIDTH = "return [arguments[0].firstElementChild.scrollWidth, arguments[0].clientWidth]"
HEADING = "//table[contains(@class, 'leaderboard')]//button[{}]"
WIDTHS = (390, 1280, 2560)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_network_errors_or_sideways_scrolling(opened: Open, width: int, scheme: str) -> None:
    browser = opened(width, scheme)
    requests = [
        json.loads(entry["message"])["message"]["params"]["request"]["url"]
        for entry in browser.get_log("performance")
        if '"Network.requestWillBeSent"' in entry["message"]
    ]
    assert [url[:40] for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    script = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    wide, room = browser.execute_script(script)
    assert wide <= room


@pytest.mark.parametrize("width", WIDTHS)
def test_no_row_of_the_leaderboard_hides_in_an_inner_box(opened: Open, width: int) -> None:
    browser = opened(width)
    box = browser.find_element(By.CSS_SELECTOR, ".scroll:has(.leaderboard)")
    tall, room = browser.execute_script("return [arguments[0].scrollHeight, arguments[0].clientHeight]", box)
    assert tall <= room


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (390, "dark"),
        (1280, "light"),
        *(
            pytest.param(*screen, marks=pytest.mark.long)
            for screen in [(390, "light"), (1280, "dark"), (1920, "light"), (1920, "dark")]
        ),
    ],
)
def test_axe_finds_nothing(opened: Open, axe: str, width: int, scheme: str) -> None:
    browser = opened(width, scheme)
    browser.execute_script(axe)
    found = browser.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []
    assert len(found["passes"]) > 30


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(opened: Open, board: pd.DataFrame) -> None:
    browser = opened()
    heading = browser.find_element(By.XPATH, HEADING.format("starts-with(., 'Recall')"))
    means = board.set_index("variant")["recall_mean"].dropna().sort_values()
    without = [name for name in board["variant"] if name not in means.index]
    for order, sort in ((list(means.index[::-1]), "descending"), (list(means.index), "ascending")):
        heading.click()
        shown = browser.execute_script(NAMES)
        assert shown[: len(order)] == order
        assert sorted(shown[len(order) :]) == sorted(without)  # what has no value stays last
        assert heading.find_element(By.XPATH, "..").get_attribute("aria-sort") == sort
    kinds = browser.execute_script("return [...document.querySelectorAll('.leaderboard tr')].at(-1).className.trim()")
    assert kinds == "noise"


def test_headings_are_reached_and_pressed_by_keyboard(opened: Open, board: pd.DataFrame) -> None:
    browser = opened()
    heading = browser.find_element(By.XPATH, HEADING.format(".='Variant'"))
    browser.execute_script("arguments[0].focus()", heading)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.execute_script(NAMES) == sorted(board["variant"])


def test_samples_go_back_through_training(opened: Open, records: StudyRecords) -> None:
    browser = opened()
    script = "return document.querySelector('img[data-variant=dcgan]').src.split(',')[1]"
    assert base64.b64decode(browser.execute_script(script)) == records.samples["dcgan"][1000]
    slider = browser.find_element(By.ID, "step")
    slider.send_keys(Keys.HOME)
    assert base64.b64decode(browser.execute_script(script)) == records.samples["dcgan"][250]
    assert browser.find_element(By.ID, "step-text").text == "250 discriminator updates"
    assert slider.get_attribute("aria-valuetext") == "250 discriminator updates"


def test_a_highlighted_variant_stands_out_in_every_chart(opened: Open) -> None:
    browser = opened()
    # gan-mlp, whose trials all diverged, has nothing to show in a chart of one.
    browser.execute_script(
        "const select = document.getElementById('highlight');"
        "select.value = 'gan-mlp'; select.dispatchEvent(new Event('change'))"
    )
    count = "return document.querySelectorAll('[data-chart=parallel] .role-mark.mark-symbol path').length"
    browser.implicitly_wait(1)
    assert browser.execute_async_script(f"setTimeout(() => arguments[0]((() => {{ {count} }})()), 500)") == 0
    lines = browser.find_elements(By.CSS_SELECTOR, "[data-chart=training] .mark-line path")
    assert {line.get_attribute("opacity") for line in lines} == {"0.2"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_it_is_light_and_nothing_is_cut_off(opened: Open, scheme: str) -> None:
    browser = opened(1280, scheme)
    pdf = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert base64.b64decode(pdf["data"]).startswith(b"%PDF")
    browser = opened(1050, scheme, "print")  # A4 across, less its margins, at 96 dots an inch
    colours = "return getComputedStyle(document.documentElement).getPropertyValue('--text').trim()"
    assert browser.execute_script(colours) == "#1b1d21"
    for box in browser.find_elements(By.CLASS_NAME, "scroll"):
        wide, room = browser.execute_script(WIDTH, box)
        assert wide <= room


def test_charts_keep_their_colours_when_the_page_turns_dark(opened: Open) -> None:
    browser = opened(1280, "light")
    script = "return document.querySelector('[data-chart=cost] .mark-symbol path').getAttribute('fill')"
    light = browser.execute_script(script)
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    dark = browser.execute_async_script(f"setTimeout(() => arguments[0]((() => {{ {script} }})()), 1500)")
    assert light != dark
    assert dark in ("#4d9de0", "#ff8a4c", "#2fc095", "#dd8ab7", "#e6b93c", "#8fd0f7")


def places(browser: WebDriver) -> tuple[float, float, float]:
    """Top of a heading of the leaderboard, and lower and upper end of the bar and of its table, on the screen."""
    script = (
        "const box = (selector) => document.querySelector(selector).getBoundingClientRect();"
        "return [box('.leaderboard thead th.name').top, box('nav').bottom, box('.leaderboard').bottom]"
    )
    head, bar, table = browser.execute_script(script)
    return head, bar, table


@pytest.mark.parametrize("width", WIDTHS)
def test_the_heading_of_the_table_stays_below_the_bar(opened: Open, width: int) -> None:
    browser = opened(width)
    rows = browser.find_elements(By.CSS_SELECTOR, ".leaderboard tbody.variants tr")
    browser.execute_script("scrollBy(0, arguments[0].getBoundingClientRect().top - 60)", rows[3])
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    head, bar, table = places(browser)
    assert table > 200
    assert head == pytest.approx(bar, abs=1.5)


@pytest.mark.parametrize("name", ["hinge", "gan-mlp"])
def test_an_address_opens_a_variant_and_marks_it(opened: Open, name: str) -> None:
    browser = opened()
    browser.execute_script("location.hash = arguments[0]", f"variant={name}")
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    script = "return [...document.querySelectorAll('details.one[open]')].map(each => each.dataset.variant)"
    assert browser.execute_script(script) == [name]
    marked = "return [...document.querySelectorAll('.leaderboard tr.picked th')].map(cell => cell.dataset.value)"
    assert browser.execute_script(marked) == [name]
    assert browser.execute_script("return document.getElementById('highlight').value") == name
    top = browser.execute_script("return document.querySelector('details.one[open]').getBoundingClientRect().top")
    assert -5 <= top <= 900


def test_an_opened_variant_shows_its_grids_through_training(opened: Open, records: StudyRecords) -> None:
    browser = opened()
    browser.execute_script("location.hash = 'variant=dcgan'")
    browser.execute_async_script("setTimeout(arguments[0], 300)")
    script = "return [...document.querySelectorAll('[data-film=dcgan] img')].map(image => image.src.split(',')[1])"
    shown = [base64.b64decode(source) for source in browser.execute_script(script)]
    assert shown == [records.samples["dcgan"][step] for step in (250, 500, 1000)]


def test_it_prints_on_two_pages(opened: Open) -> None:
    browser = opened(1280)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})  # as a printer has it
    pdf = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", base64.b64decode(pdf["data"]))) == 2


def test_the_table_as_latex_is_copied(opened: Open, records: StudyRecords, board: pd.DataFrame) -> None:
    browser = opened()
    browser.execute_script("document.querySelector('details.latex').open = true")
    browser.find_element(By.CSS_SELECTOR, "button[data-copy=latex]").click()
    browser.execute_async_script("setTimeout(arguments[0], 300)")
    assert browser.execute_script("return document.querySelector('.latex output').value") == "Copied"
    assert browser.find_element(By.ID, "latex").get_attribute("textContent") == render_latex(records, board)
