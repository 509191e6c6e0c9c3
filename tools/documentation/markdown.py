"""The little Markdown that the pages are made of."""

import re
from collections.abc import Iterable, Sequence

ARXIV = re.compile(r"arXiv:(\d{4}\.\d{4,5})")


def prose(text: str) -> str:
    """A sentence or a reference, shown as it is written, with its papers as links; `code` stays code."""
    spans = text.split("`")
    spans[::2] = [ARXIV.sub(r"[\g<0>](https://arxiv.org/abs/\1)", re.sub(r"([*<|])", r"\\\1", it)) for it in spans[::2]]
    return "`".join(spans)


def sentence(text: str) -> str:
    """A reference or a docstring line, from a capital to a full stop."""
    return prose(text[:1].upper() + text[1:].removesuffix(".") + ".")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, its first column to the left and columns of numbers to the right."""
    body = [list(row) for row in rows]
    numeric = [all(re.fullmatch(r"[\d,]+|-", row[column]) for row in body) for column in range(len(head))]
    lines = [list(head), ["---:" if right else "---" for right in numeric], *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def bullets(facts: Iterable[tuple[str, str]]) -> str:
    """A list of facts, each a word in bold and what it says."""
    return "\n".join(f"- **{word}:** {text}" for word, text in facts)


def code(rows: Sequence[tuple[str, str]]) -> str:
    """A block of formulas, aligned, each after whose it is; a single one stands alone."""
    if len(rows) == 1:
        return f"```text\n{rows[0][1]}\n```"
    width = max(len(whose) for whose, _ in rows)
    return "\n".join(["```text", *(f"{whose:<{width}}  {text}" for whose, text in rows), "```"])
