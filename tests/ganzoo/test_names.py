"""What may be a name, and what is said of names that nobody has."""

import pytest

from ganzoo.names import did_you_mean, is_slug, quoted, unknown

KNOWN = ("hinge", "wasserstein", "least-squares")


@pytest.mark.parametrize(
    ("asked", "nearest"), [("hing", "hinge"), ("WASSERSTEIN", "wasserstein"), ("leastsquares", "least-squares")]
)
def test_asks_after_the_nearest_name_whatever_its_case(asked: str, nearest: str) -> None:
    assert did_you_mean(asked, KNOWN) == f"did you mean {nearest!r}?"


def test_says_nothing_where_no_name_is_near_enough() -> None:
    assert did_you_mean("xyz", KNOWN, least=0.6) == ""
    # Two thirds of "abd" is in "abc": ratio 2 * 2 / 6.
    assert did_you_mean("abd", ["abc"], least=0.66) == "did you mean 'abc'?"
    assert did_you_mean("abd", ["abc"], least=0.67) == ""
    assert did_you_mean("abd", []) == ""


@pytest.mark.parametrize(
    ("asked", "known", "nearest"),
    [
        ("wgan-pgg", ["wgan-gp", "wgan-lp"], "wgan-gp"),  # both have a ratio of 0.8
        ("wgan-pgg", ["wgan-lp", "wgan-gp"], "wgan-gp"),
        ("dcgna", ["dcgan", "began"], "dcgan"),
    ],
)
def test_of_equally_near_names_the_one_with_the_same_letters_is_meant(
    asked: str, known: list[str], nearest: str
) -> None:
    assert did_you_mean(asked, known) == f"did you mean {nearest!r}?"


def test_an_unknown_name_is_one_line_with_the_nearest_and_all() -> None:
    assert unknown("loss", "hing", KNOWN) == (
        "unknown loss 'hing': did you mean 'hinge'? Known: hinge, wasserstein, least-squares"
    )


@pytest.mark.parametrize("name", ["wgan-gp", "r1", "inception_score", "decay-0.999", "x" * 64])
def test_names_of_parts_are_slugs(name: str) -> None:
    assert is_slug(name)


@pytest.mark.parametrize(
    "name", ["", "..", "a/b", "a+b", "-a", "a-", "a--b", "A", "a b", "a\n", "x" * 65, "\u0430", None, 3]
)
def test_what_a_file_cannot_be_called_by_everywhere_is_no_slug(name: object) -> None:
    assert not is_slug(name)


def test_a_long_name_is_shown_without_its_middle_and_asks_after_none() -> None:
    name = "hinge" * 100_000
    assert quoted(name) == f"'{name[:59]} ... {name[-59:]}'"
    assert did_you_mean(name, KNOWN) == ""
    assert unknown("loss", name, KNOWN) == f"unknown loss {quoted(name)}: Known: hinge, wasserstein, least-squares"
    assert len(unknown("loss", name, KNOWN)) < 300
