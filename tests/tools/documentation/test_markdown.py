"""The little Markdown that the pages are made of."""

from tools.documentation.markdown import bullets, code, prose, sentence, table


def test_prose_links_papers_and_escapes_marks() -> None:
    assert prose("a * b < c, arXiv:1802.05957, figure 1") == (
        r"a \* b \< c, [arXiv:1802.05957](https://arxiv.org/abs/1802.05957), figure 1"
    )


def test_code_stays_code() -> None:
    assert prose("takes `a * arXiv:1802.05957` and n_critic") == "takes `a * arXiv:1802.05957` and n_critic"


def test_a_sentence_has_a_capital_and_one_full_stop() -> None:
    assert [sentence(text) for text in ("the paper", "The paper.", "x")] == ["The paper.", "The paper.", "X."]


def test_columns_of_numbers_are_to_the_right() -> None:
    assert table(("name", "weights"), [("a", "1,200"), ("b", "7")]) == (
        "| name | weights |\n| --- | ---: |\n| a | 1,200 |\n| b | 7 |"
    )


def test_formulas_are_aligned_and_a_single_one_stands_alone() -> None:
    assert code([("real", "x"), ("generated", "G(z)")]) == "```text\nreal       x\ngenerated  G(z)\n```"
    assert code([("real", "x")]) == "```text\nx\n```"


def test_bullets() -> None:
    assert bullets([("Weight", "10"), ("Slope", "pulled to 1")]) == "- **Weight:** 10\n- **Slope:** pulled to 1"
