import io

import pytest
from markdown_it import MarkdownIt

from benchmark.plain_text import LEGIBLE, in_letters_of, markdown, one_line, shown

HOSTILE = "a\nb\r\x1b[31m\x00\x07\u202e\u2028\ud83d\U00052fba\ue000<script>alert(1)</script>"


def test_one_line_escapes_what_cannot_be_seen_and_nothing_else() -> None:
    assert one_line(HOSTILE) == r"a\nb\r\x1b[31m\x00\x07\u202e\u2028\ud83d\U00052fba\ue000<script>alert(1)</script>"
    sentence = "FID 12.3 ± 0.4, 1\N{NARROW NO-BREAK SPACE}000 images, Kynkäänniemi, 数字"
    assert one_line(sentence) == sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", r"'a\nb'"),
        (float("nan"), "nan"),
        ("x" * 300, f"'{'x' * 59} ... {'x' * 59}'"),
        (int("f" * 5000, 16), "a value of type int"),
    ],
    ids=["control", "nan", "long", "digits"],
)
def test_a_value_is_shown_as_python_writes_it_and_never_long(value: object, text: str) -> None:
    assert shown(value) == text


def test_values_within_values_are_shown_however_deep() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "a value of type list"


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "*a* _b_ `c` ~~d~~ **e**", "a | b", "&lt;b&gt;",
        r"\<b>\*", "![a](b)", "<!-- a -->", "<https://a.b>",
    ],
)  # fmt: skip
def test_markdown_shows_text_as_it_is(text: str) -> None:
    rendered = MarkdownIt("commonmark").enable(["strikethrough", "table"]).render(f"note: {markdown(text)}")
    inside = rendered.removeprefix("<p>").removesuffix("</p>\n")
    assert "<" not in inside
    assert inside == "note: " + text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_a_line_break_ends_no_cell_and_no_paragraph() -> None:
    assert markdown("a\n\n# b") == r"a\\n\\n# b"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "1 ± 2 \N{EN DASH} ↓\N{NO-BREAK SPACE}ü 数"),
        ("latin-1", "1 ± 2 - v\N{NO-BREAK SPACE}ü \\u6570"),
        ("ascii", "1 +- 2 - v \\xfc \\u6570"),
    ],
)
def test_letters_that_a_terminal_lacks_are_replaced(encoding: str, text: str) -> None:
    letters = "1 ± 2 \N{EN DASH} ↓\N{NO-BREAK SPACE}ü 数"
    assert in_letters_of(letters, encoding) == text
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=LEGIBLE)
    stream.write(letters)
    stream.seek(0)
    assert stream.read() == text
