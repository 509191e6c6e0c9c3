"""Catalogs: a name is one entry's, and two of one name are told with their files."""

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from ganzoo.catalogs import by_name, check_apart, listed
from ganzoo.components import Loss, Penalty
from ganzoo.entry_points import PluginError
from ganzoo.losses import HINGE, MINIMAX
from ganzoo.penalties import R1

Write = Callable[[str], ModuleType]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Makes the module `margin`, with a loss MARGIN of a given name."""

    def written(name: str) -> ModuleType:
        (tmp_path / "margin.py").write_text(
            "from dataclasses import replace\nfrom ganzoo.losses.hinge import HINGE\n"
            f"MARGIN = replace(HINGE, name={name!r})\n"
        )
        return importlib.import_module("margin")

    monkeypatch.syspath_prepend(tmp_path)
    yield written
    sys.modules.pop("margin", None)


def package_of(**entries: object) -> ModuleType:
    package = ModuleType("package")
    package.__dict__.update(entries)
    return package


def test_what_a_module_lists_of_one_kind() -> None:
    package = package_of(one=HINGE, two=R1, three="hinge", four=Loss)
    assert listed("loss", package, Loss) == {"hinge": HINGE}
    assert listed("penalty", package, Penalty) == {"r1": R1}


def test_the_same_one_may_be_listed_twice() -> None:
    assert listed("loss", package_of(one=HINGE, two=MINIMAX, again=HINGE), Loss) == {"hinge": HINGE, "minimax": MINIMAX}


def test_a_default_that_is_no_hyperparameter_is_told_with_its_file(write: Write) -> None:
    module = write("margin")
    module.MARGIN = replace(module.MARGIN, defaults={"learning_rate": 1e-3})  # type: ignore[attr-defined]
    with pytest.raises(PluginError) as caught:
        listed("loss", package_of(HINGE=HINGE, MARGIN=module.MARGIN), Loss)
    assert str(caught.value) == (
        "loss MARGIN of margin.py: 'margin': defaults: unknown hyperparameter 'learning_rate': did you mean "
        "'lr_generator'? Known: lr_generator, lr_discriminator, beta1, beta2, n_critic, clip, penalty_weight, "
        "constraint_weight, balance_gain, diversity_ratio, lecam_weight"
    )


def test_two_of_one_name_are_told_with_both_files(write: Write) -> None:
    own = write("hinge").MARGIN
    with pytest.raises(PluginError) as caught:
        listed("loss", package_of(HINGE=HINGE, MARGIN=own), Loss)
    assert str(caught.value) == (
        "loss MARGIN of margin.py: its name 'hinge' is that of HINGE of ganzoo/losses/hinge.py; rename it"
    )


def test_equal_ones_are_two_all_the_same() -> None:
    with pytest.raises(PluginError, match="its name 'hinge' is that of HINGE"):
        by_name("loss", [HINGE, replace(HINGE)])


@pytest.mark.parametrize("name", ["a+b", "Margin", "", "a b", 3])
def test_a_name_that_is_no_slug(write: Write, name: object) -> None:
    own = replace(write("margin").MARGIN, name=name)
    sys.modules["margin"].__dict__["MARGIN"] = own
    with pytest.raises(
        PluginError, match=rf"^loss MARGIN of margin.py: its name {re.escape(repr(name))} must be lower"
    ):
        by_name("loss", [own])


def test_kinds_share_no_name(write: Write) -> None:
    own = write("r1").MARGIN
    check_apart({"loss": {"hinge": HINGE}, "penalty": {"r1": R1}}, {})
    with pytest.raises(PluginError) as caught:
        check_apart({"loss": {"r1": own}, "penalty": {"r1": R1}}, {})
    assert str(caught.value) == (
        "penalty R1 of ganzoo/penalties/r1.py: its name 'r1' is that of the loss MARGIN of margin.py; rename it"
    )


def test_a_reserved_name(write: Write) -> None:
    own = write("none").MARGIN
    with pytest.raises(PluginError) as caught:
        check_apart({"loss": {"none": own}}, {"none": "what a variant without one has"})
    assert str(caught.value) == (
        "loss MARGIN of margin.py: its name 'none' is what a variant without one has; rename it"
    )
