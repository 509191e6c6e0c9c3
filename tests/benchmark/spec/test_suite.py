"""Suites: what a file may hold, and what is told of one that is wrong."""

from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.paths import shipped_studies
from benchmark.spec import load_spec
from benchmark.spec.suite import SuiteStudy, check_apart, check_protocols, find_suite, known_suites, load_suite

SHIPPED = sorted(path.stem for path in (shipped_studies() / "suites").glob("*.toml"))


def written(folder: Path, text: str) -> str:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_study_is_a_name_or_a_table(tmp_path: Path) -> None:
    text = """\
name = "mine"
variants = ["wgan", "core"]
studies = ["digits", { study = "other/b.toml", set = ["seed=1", "budget.trials=2"] }]
"""
    suite = load_suite(written(tmp_path, text), tmp_path)
    assert (suite.name, suite.variants) == ("mine", ("wgan", "core"))
    second = SuiteStudy(study="other/b.toml", set=("seed=1", "budget.trials=2"))
    assert suite.studies == (SuiteStudy(study="digits"), second)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "a"\n', "studies: Field required"),
        ('studies = ["digits"]\n', "name: Field required"),
        ('name = "a"\nstudies = []\n', "studies = []: Tuple should have at least 1 item after validation, not 0"),
        ('name = "a b"\nstudies = ["digits"]\n', "name = 'a b': String should match pattern '^[a-z0-9][a-z0-9-]*$'"),
        (
            'name = "a"\nstudies = ["digits"]\nvariant = ["wgan"]\n',
            "unknown key 'variant'; known: name, variants, studies; did you mean 'variants'?",
        ),
        (
            'name = "a"\nstudies = [{ study = "digits", sets = [] }]\n',
            "unknown key 'studies.0.sets'; known: study, set; did you mean 'set'?",
        ),
        ('name = "a"\nstudies = [{ set = [] }]\n', "studies.0.study: Field required"),
        ('name = "a"\nstudies = "digits"\n', "studies = 'digits': Input should be a valid tuple"),
        ('name = "a"\nstudies = [3]\n', "studies.0 = 3: Input should be a valid dictionary or instance of SuiteStudy"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line_with_its_key(text: str, told: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UserError) as refused:
        load_suite(path, tmp_path)
    assert str(refused.value) == f"{path}: {told}"


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "name = ")
    with pytest.raises(UserError, match="not a TOML file"):
        load_suite(path, tmp_path)


def test_an_unknown_one_lists_those_that_are_known_and_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "mine.toml").touch()
    known = ", ".join(sorted([*SHIPPED, "mine"]))
    with pytest.raises(UserError) as refused:
        find_suite("embeded", tmp_path)
    assert str(refused.value) == f"no suite 'embeded': did you mean 'embedded'? known: {known}"
    with pytest.raises(UserError, match=r"^no suite 'gone\.toml': known: "):
        find_suite("gone.toml", tmp_path)


def test_ones_own_hides_a_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "suites" / "embedded.toml"
    assert find_suite("embedded", tmp_path) == shipped_studies() / "suites" / "embedded.toml"
    own.parent.mkdir()
    own.touch()
    assert known_suites(tmp_path)["embedded"] == find_suite("embedded", tmp_path) == own


def test_a_study_twice_is_refused_by_its_id() -> None:
    check_apart([("digits", "digits-1"), ("digits", "digits-2")], "a")
    with pytest.raises(UserError) as refused:
        check_apart([("digits", "digits-1"), ("mnist", "mnist-1"), ("digits", "digits-1")], "a")
    assert str(refused.value) == "suite 'a': 'digits' is study digits-1 twice; name each study once"
    with pytest.raises(UserError, match=r"^suite 'a': 'digits' and 'd\.toml' is study digits-1 twice; name each"):
        check_apart([("digits", "digits-1"), ("d.toml", "digits-1")], "a")


def test_one_data_set_under_two_protocols_is_refused() -> None:
    specs = [load_spec("digits", Path("nowhere"), (f"score.images={images}",)) for images in (1000, 500)]
    more = load_spec("digits", Path("nowhere"), ("budget.trials=4",))
    check_protocols([specs[0], more, load_spec("triangles", Path("nowhere"))], "a")
    with pytest.raises(UserError) as refused:
        check_protocols(specs, "a")
    assert str(refused.value) == (
        f"suite 'a': {specs[0].study_id} has score.images = 1000 and {specs[1].study_id} 500 on the same data set; "
        "score both alike, or name one of them"
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_suite_names_studies_that_load_and_differ(name: str, tmp_path: Path) -> None:
    suite = load_suite(name, tmp_path)
    assert suite.name == name
    specs = [load_spec(each.study, tmp_path, each.set) for each in suite.studies]
    assert len({spec.study_id for spec in specs}) == len(specs) == 4
    assert len({spec.dataset for spec in specs}) == 4


def test_the_embedded_suite_spends_the_same_on_each_data_set(tmp_path: Path) -> None:
    suite = load_suite("embedded", tmp_path)
    specs = [load_spec(each.study, tmp_path, each.set) for each in suite.studies]
    first = specs[0]
    assert first.budget.trials == 8
    for spec in specs:
        assert (spec.budget, spec.search, spec.final, spec.sampler) == (
            first.budget,
            first.search,
            first.final,
            first.sampler,
        )
    assert [spec.resolution for spec in specs] == [0, 0, 8, 8]  # the first two have 8 pixels a side
    shares_runs = load_spec("digits", tmp_path)
    assert first.study_id == shares_runs.study_id  # with `make bench`
