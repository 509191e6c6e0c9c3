import importlib
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.names import chosen_names, look_up, names_in

CATALOG = {"mnist": 1, "digits": 2}


def test_finds_an_entry_by_its_exact_name() -> None:
    assert look_up("dataset", "digits", CATALOG) == 2


@pytest.mark.parametrize("name", ["digit", "DIGITS", "digits "])
def test_an_unknown_name_is_one_line_with_the_nearest_and_all(name: str) -> None:
    with pytest.raises(UserError) as refused:
        look_up("dataset", name, CATALOG)
    assert str(refused.value) == f"unknown dataset {name!r}: did you mean 'digits'? Known: mnist, digits"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("wgan", ["wgan"]),
        ("wgan, resnet+hinge+r1 ,core", ["wgan", "resnet+hinge+r1", "core"]),
        (" ,,wgan,", ["wgan"]),
    ],
)
def test_names_stand_between_commas(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (None, []),
        ("wgan,dcgan", ["wgan", "dcgan"]),
        (("wgan", "dcgan, core"), ["wgan", "dcgan", "core"]),
        (iter(["wgan"]), ["wgan"]),
    ],
)
def test_who_chooses_gets_those_and_who_does_not_gets_none(given: object, names: list[str]) -> None:
    assert chosen_names(given, "variants") == names  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [[], (), "", " , ", [""], {}])
def test_a_choice_of_nothing_is_not_taken_for_no_choice(given: object) -> None:
    with pytest.raises(UserError) as refused:
        chosen_names(given, "variants")  # type: ignore[arg-type]
    assert str(refused.value) == (f"variants: {given!r} names nothing; give names, as in 'wgan,dcgan', or leave it out")


@pytest.mark.parametrize("given", [3, [3], ["wgan", None]])
def test_what_is_no_name_is_refused(given: object) -> None:
    wrong = given[-1] if isinstance(given, list) else given
    with pytest.raises(UserError, match=rf"^--variant: {wrong} is no name; give names, as in 'wgan,dcgan'$"):
        chosen_names(given, "--variant")  # type: ignore[arg-type]


def test_a_list_in_the_place_of_a_name_is_one_line() -> None:
    with pytest.raises(UserError, match=r"^unknown dataset \"\['mnist'\]\": did you mean 'mnist'\?"):
        look_up("dataset", ["mnist"], CATALOG)  # type: ignore[arg-type]


def test_a_file_that_no_catalog_lists_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "my_sets"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "blobs.py").write_text('BLOBS = Dataset("blobs", 8)\n')
    monkeypatch.syspath_prepend(tmp_path)
    lists = importlib.import_module("my_sets")
    told = "unknown dataset 'blobs': my_sets/blobs.py has it, and no line of my_sets/__init__.py imports that file"
    with pytest.raises(UserError) as refused:
        look_up("dataset", "blobs", {"digits": 1}, lists)
    assert str(refused.value) == told
    with pytest.raises(UserError, match=r"unknown dataset 'blob': did you mean"):
        look_up("dataset", "blob", {"digits": 1}, lists)
