"""What a page tells of one part, fact by fact."""

from dataclasses import replace

import pytest

from ganzoo.registry import BUILT_IN
from tools.documentation.families import FAMILIES, Family

SIGNED = "logits that may rise above 0 on real images, so no reconstruction errors"
BY_PAGE = {family.page: family for family in FAMILIES}


def facts(family: Family, name: str) -> dict[str, str]:
    found = {word: tell(family.parts[name]) for word, tell in family.facts}
    return {word: text for word, text in found.items() if text}


def test_every_kind_of_part_has_a_page_with_all_of_its_parts() -> None:
    kinds = {
        "architectures": BUILT_IN.architecture,
        "losses": BUILT_IN.loss,
        "penalties": BUILT_IN.penalty,
        "constraints": BUILT_IN.constraint,
        "augmentations": BUILT_IN.augmentation,
        "schedules": BUILT_IN.schedule,
        "averaging": BUILT_IN.averaging,
    }
    assert {page: family.parts for page, family in BY_PAGE.items()} == kinds


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.page)
def test_the_functions_that_a_page_shows_are_the_parts_own(family: Family) -> None:
    for part in family.parts.values():
        assert all(hasattr(part, attribute) for attribute in family.functions.values())


@pytest.mark.parametrize(
    ("page", "name", "expected"),
    [
        ("losses", "non-saturating", {"D(x)": "the sigmoid of the logit, here and in the curves"}),
        ("losses", "wasserstein", {"Needs": "a penalty or a constraint that bounds the discriminator's slope"}),
        ("losses", "non-saturating", {"Needs": SIGNED}),
        ("penalties", "lp", {"Weight": "10", "Slope": "pulled to 1", "Needs": "a discriminator without batch norm"}),
        ("penalties", "r1", {"Weight": "10", "Slope": "pulled to 0", "Needs": "a discriminator without batch norm"}),
        ("losses", "began", {"D(x)": None}),
    ],
)
def test_facts_of_a_part(page: str, name: str, expected: dict[str, str | None]) -> None:
    found = facts(BY_PAGE[page], name)
    assert {word: found.get(word) for word in expected} == expected


def test_facts_of_an_architecture() -> None:
    family = BY_PAGE["architectures"]
    pair = replace(family.parts["dcgan"], resolutions=(8, 16, 32), latent_size=7, batch_norm=True, energy=False)
    found = {word: tell(pair) for word, tell in family.facts}
    assert found["Latents"] == "7 numbers in the source"
    assert found["Batch norm"] == "also in the discriminator"
    assert found["Logits"] == ""
    assert found["Sides"].endswith(" pixels")
