"""Which file a part is written in."""

from dataclasses import replace

import pytest

from ganzoo import augmentations, losses
from ganzoo.augmentations import DIFFERENTIABLE_TRANSLATION
from ganzoo.losses import NON_SATURATING_SMOOTH
from tools.documentation.sources import module_of, path_of


def test_two_parts_of_one_file() -> None:
    assert path_of(module_of(NON_SATURATING_SMOOTH, losses)) == "ganzoo/losses/non_saturating.py"
    assert path_of(module_of(DIFFERENTIABLE_TRANSLATION, augmentations)) == "ganzoo/augmentations/differentiable.py"


def test_a_part_of_no_file() -> None:
    with pytest.raises(LookupError, match=r"must be a constant of one module of ganzoo\.losses, is of 0"):
        module_of(replace(NON_SATURATING_SMOOTH, name="other"), losses)
