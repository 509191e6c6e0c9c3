import re
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from reports.output.tables import to_csv
from reports.suites.answer import suite_answer
from reports.suites.page import render_suite
from reports.suites.standing import Standing, standing
from reports.suites.suite import Suite, gather
from reports.text.protocol import protocol_sentences


class Page(HTMLParser):
    """Of a page its elements with attributes, its visible text, and the cells of each table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self._inside = ""
        self._in_table = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "table":
            self._in_table = True
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""
        self._in_table = self._in_table and tag != "table"

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside != "style":
            self.texts.append(data)
            if self._in_table and self.tables[-1] and self.tables[-1][-1]:
                self.tables[-1][-1][-1] += f" {data.strip()}"

    def words(self) -> str:
        return " ".join("".join(self.texts).replace("\xa0", " ").split())


@pytest.fixture(scope="module")
def text(suite: Suite, stands: Standing) -> str:
    return render_suite(suite, stands, suite_answer(suite, stands))


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_answer_stands_first_with_what_it_rests_on(page: Page, suite: Suite, stands: Standing) -> None:
    said = suite_answer(suite, stands)
    words = page.words()
    for sentence in (said.answer, *said.details, *said.warnings):
        assert sentence in words
    assert words.index(said.answer) < words.index(said.details[0]) < words.index(said.warnings[0])


def test_contenders_are_marked_in_colour_and_in_words(text: str, page: Page) -> None:
    rows = {" ".join(row[0].split()): [" ".join(cell.split()) for cell in row[1:]] for row in page.tables[0]}
    assert rows["hinge contender everywhere"][1].startswith("44.5 contender [")
    assert rows["dcgan"][1].startswith("42.0 contender [")
    assert rows["dcgan"][2].startswith("94.0 [")
    assert [rows[kind][1:] for kind in ("floor", "noise")] == [["10.0", "10.0"], ["1000.0", "1000.0"]]
    (leaderboard,) = re.findall(r'<table class="leaderboard.*?</table>', text, re.S)
    assert leaderboard.count('class="mark"') == 3


def test_all_that_was_asked_for_is_there(page: Page) -> None:
    labels = [attrs["aria-label"] or "" for tag, attrs in page.elements if tag == "svg"]
    for start in (
        *("Interquartile mean (higher is better): ", "Mean (", "Median (", "Optimality gap (", "Performance profiles."),
        *("Probability that hinge is better: ", "Interquartile mean against training time."),
        "Interquartile mean against parameters.",
    ):
        assert sum(label.startswith(start) for label in labels) >= 2, start  # for narrow and wide screens
    assert len(page.tables) == 3


def test_each_column_says_its_protocol(page: Page, suite: Suite) -> None:
    protocols = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in page.tables[2]}
    assert protocols["triangles"][:5] == ["triangles-0", "FID", "1000.0", "10.0", "test"]
    for study in suite.studies:
        for sentence in protocol_sentences(study.records):
            assert " ".join(sentence.replace("\N{NARROW NO-BREAK SPACE}", " ").split()) in page.words().replace(
                "\N{NARROW NO-BREAK SPACE}", " "
            )


def test_files_to_take_along_hold_the_tables(page: Page, stands: Standing) -> None:
    links = {
        attrs["download"]: attrs["href"] or "" for tag, attrs in page.elements if tag == "a" and "download" in attrs
    }
    assert {str(name).removesuffix(".csv") for name in links} == set(stands.frames())
    for name, frame in stands.frames().items():
        assert b64decode(links[f"{name}.csv"].partition("base64,")[2]).decode() == to_csv(frame)


def test_only_its_own_scripts_run_and_nothing_is_fetched(page: Page) -> None:
    (policy,) = [
        attrs["content"] or "" for tag, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    digests = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in page.scripts]
    assert len(digests) == 2
    assert policy.startswith(f"default-src 'none'; script-src {' '.join(digests)};")
    addresses = [attrs.get("src") or attrs.get("href") or "#" for _, attrs in page.elements]
    assert [each for each in addresses if not each.startswith(("#", "data:"))] == []


def test_places_lead_somewhere_and_no_id_is_there_twice(page: Page) -> None:
    ids = [attrs["id"] for _, attrs in page.elements if attrs.get("id")]
    assert len(ids) == len(set(ids))
    links = [
        attrs["href"] or "" for tag, attrs in page.elements if tag == "a" and (attrs["href"] or "").startswith("#")
    ]
    assert len(links) == 6
    assert {link[1:] for link in links} <= set(ids)


def test_before_any_race_there_is_a_page_all_the_same(two_studies) -> None:
    none = replace(two_studies[0], runs=two_studies[0].runs.iloc[:0], protocols={})
    suite = gather("x", [none])
    stands = standing(suite)
    page = Page(render_suite(suite, stands, suite_answer(suite, stands)))
    assert "Nothing can be said yet: no variant has final runs on the one data set" in page.words()
    assert [tag for tag, _ in page.elements].count("svg") == 0
    assert len(page.tables) == 2


def test_a_variant_alone_has_no_rival(make_suite_study) -> None:
    suite = gather("x", [make_suite_study("digits", {"dcgan": [40.0, 41, 42, 43, 44, 45]})])
    stands = standing(suite)
    page = Page(render_suite(suite, stands, suite_answer(suite, stands)))
    labels = [attrs["aria-label"] or "" for tag, attrs in page.elements if tag == "svg"]
    assert not any(label.startswith("Probability") for label in labels)
    assert any(label.startswith("Performance profiles.") for label in labels)


def test_what_others_wrote_is_text_and_nothing_else(hostile, two_studies) -> None:
    suite = gather("x</script><script>window.hurt = 1</script>", [hostile, two_studies[1]])
    stands = standing(suite)
    page = Page(render_suite(suite, stands, suite_answer(suite, stands)))
    assert len(page.scripts) == 2
    assert not any("hurt" in script for script in page.scripts)
    assert [tag for tag, _ in page.elements if tag in ("img", "iframe")] == []
    assert [attrs for _, attrs in page.elements if any(name.startswith("on") for name in attrs)] == []
    assert "window.hurt = 1" in page.words()
