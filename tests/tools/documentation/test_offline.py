"""The site, built as `make site` does, and looked at without network."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
import yaml
from selenium.webdriver.support.wait import WebDriverWait

from tools.documentation.offline import outside, source_page

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT = Path(__file__).parents[3]
CONFIGURATION = ROOT / "tools/documentation/mkdocs.yml"
SEARCH = """
document.querySelector("#__search").click()
const field = document.querySelector("input.md-search__input")
field.focus()
field.value = arguments[0]
field.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }))
"""
FOUND = "return [...document.querySelectorAll('.md-search-result__item h1')].map(title => title.textContent)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [str(Path(sys.executable).with_name("mkdocs")), "build", "--strict", "--quiet"]
    done = subprocess.run(
        [*command, "--config-file", str(CONFIGURATION), "--site-dir", str(folder)],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder


class Ignoring(yaml.SafeLoader):
    """YAML whose tags for Python are nothing."""


Ignoring.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def named(entries: list[Any]) -> list[str]:
    """The files of a navigation."""
    values = [next(iter(entry.values())) if isinstance(entry, dict) else entry for entry in entries]
    return [name for value in values for name in (named(value) if isinstance(value, list) else [value])]


def test_every_page_is_in_the_navigation_once() -> None:
    listed = named(yaml.load(CONFIGURATION.read_text(encoding="utf-8"), Ignoring)["nav"])
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert len(listed) == len(set(listed))
    assert there == set(listed)


def test_every_link_of_the_site_leads_to_a_file_of_it(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 60
    for page in pages:
        for link in set(re.findall(r'(?:href|src)="([^"#?]+)', page.read_text(encoding="utf-8"))):
            if not re.match(r"(https?|mailto):", link) and page.name != "404.html":
                assert (page.parent / unquote(link)).exists(), f"{page.relative_to(site)}: {link}"


def test_a_file_outside_has_a_page_with_its_text(site: Path) -> None:
    text = (site / "source/ganzoo/losses/hinge.py.html").read_text(encoding="utf-8")
    assert "Lim and Ye 2017" in text
    linked = (site / "zoo/losses.html").read_text(encoding="utf-8")
    assert 'href="../source/ganzoo/losses/hinge.py.html"' in linked


def test_reference_has_what_docstrings_say(site: Path) -> None:
    text = re.sub(r"<[^>]+>", "", (site / "reference/ganzoo.html").read_text(encoding="utf-8"))
    assert "An adversarial loss: two pure functions of logits, not reduced." in text


def test_only_files_outside_of_docs_are_outside(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "zoo").mkdir(parents=True)
    (docs / "start.md").touch()
    (tmp_path / "spec.toml").write_text("seed = 0\n\n")
    assert outside("../../spec.toml", "zoo/losses.md", docs) == (tmp_path / "spec.toml", "source/spec.toml.md")
    assert outside("../start.md", "zoo/losses.md", docs) is None
    assert outside("../docs", "start.md", docs) is None
    assert outside("../missing.toml", "start.md", docs) is None
    assert outside("../../outside.toml", "start.md", docs) is None
    assert source_page(tmp_path / "spec.toml", tmp_path).endswith("# spec.toml\n\n````toml\nseed = 0\n````\n")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "add/loss", "reference/ganzoo"])
def test_axe_finds_nothing(site: Path, chromium: "Chrome", axe: str, name: str, scheme: str) -> None:
    look(chromium, site / f"{name}.html", 1280, scheme)
    chromium.execute_script(axe)
    found = chromium.execute_async_script("axe.run().then(arguments[arguments.length - 1])")["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("name", ["index", "start", "add/extractor", "scores", "zoo/variants", "reference/benchmark"])
def test_no_page_is_wider_than_a_phone(site: Path, chromium: "Chrome", name: str) -> None:
    look(chromium, site / f"{name}.html", 390, "light")
    assert chromium.execute_script("return document.documentElement.scrollWidth") == 390


def test_search_finds_in_files_and_asks_nobody(site: Path, chromium: "Chrome") -> None:
    look(chromium, site / "index.html", 1280, "light")
    chromium.execute_script(SEARCH, "digest")
    WebDriverWait(chromium, 60).until(lambda browser: browser.execute_script(FOUND))
    assert "Add an extractor" in chromium.execute_script(FOUND)
    asked = [entry["message"] for entry in chromium.get_log("performance")]
    assert [message for message in asked if "requestWillBeSent" in message and '"url":"http' in message] == []


def look(browser: "Chrome", page: Path, width: int, scheme: str) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen", "features": features})
    browser.get_log("performance")
    browser.get(page.as_uri())
    browser.execute_script("localStorage.clear()")
    browser.get(page.as_uri())
