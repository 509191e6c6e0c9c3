"""A study spec to edit: it says what the one it began as says, with its comments, and loads."""

from pathlib import Path

import pytest

from benchmark.commands.new_study import write_new_study
from benchmark.errors import UserError
from benchmark.paths import Paths, shipped_studies
from benchmark.spec import load_spec


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, tmp_path / "data")


@pytest.mark.parametrize("source", sorted(file.stem for file in shipped_studies().glob("*.toml")))
def test_every_shipped_spec_can_be_begun_from(source: str, paths: Paths) -> None:
    file = write_new_study("mine", source, "", paths)
    assert file == paths.studies / "mine.toml"
    before = load_spec(source, paths.studies)
    assert load_spec("mine", paths.studies) == before.model_copy(update={"name": "mine"})
    # All comments are there, in their order.
    comments = [line[line.index("#") :] for line in find(source).splitlines() if "#" in line]
    written = iter(file.read_text(encoding="utf-8").splitlines())
    assert all(any(comment in line for line in written) for comment in comments)


def find(source: str) -> str:
    return (shipped_studies() / f"{source}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("dataset", "source", "extractor"),
    [
        ("", "digits", "digits-cnn"),
        ("digits", "digits", "digits-cnn"),
        ("mnist", "mnist", "inception-v3-compat"),
        ("svhn", "cifar10", "inception-v3-compat"),
        ("folder:my \"own\" 'pictures'", "images", "pixels"),  # in the current folder
    ],
)
def test_a_data_set_gets_the_spec_that_fits(
    dataset: str, source: str, extractor: str, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(paths.root)
    (paths.root / "my \"own\" 'pictures'").mkdir()
    write_new_study("mine", "", dataset, paths)
    spec, shipped = load_spec("mine", paths.studies), load_spec(source, paths.studies)
    wanted = {"name": "mine", "dataset": dataset or shipped.dataset}
    assert spec == shipped.model_copy(update=wanted)
    assert spec.score.extractor == extractor


def test_nothing_is_overwritten(paths: Paths) -> None:
    file = write_new_study("mine", "", "", paths)
    file.write_text("edited")
    with pytest.raises(UserError, match=r"studies/mine\.toml: is there already; give another name, or edit it"):
        write_new_study("mine", "smoke", "", paths)
    assert file.read_text() == "edited"
    assert list(paths.studies.iterdir()) == [file]


@pytest.mark.parametrize(
    ("name", "source", "dataset", "message"),
    [
        ("../mine", "", "", r"mine\.toml: name = '\.\./mine': "),
        ("My study", "", "", r"My study\.toml: name = 'My study': "),
        ("mine", "digts", "", "no study spec '.*digts.toml': did you mean 'digits'"),
        ("mine", "", "digts", "unknown dataset 'digts': did you mean 'digits'"),
        (
            "mine",
            "digits",
            "mnist",
            "extractor 'digits-cnn': was made for digits, digits-200, and says nothing of 'mnist'",
        ),
        ("mine", "", "folder:nothere", "^nothere: no such folder$"),
        ("mine", "mnist", "folder:nothere", "^nothere: no such folder$"),
    ],
)
def test_what_would_not_run_is_not_written(name: str, source: str, dataset: str, message: str, paths: Paths) -> None:
    with pytest.raises(UserError, match=message):
        write_new_study(name, source, dataset, paths)
    assert list(paths.root.iterdir()) == []


def test_a_folder_needs_a_side_that_the_spec_may_not_name(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(paths.root)
    (paths.root / "pictures").mkdir()
    with pytest.raises(UserError) as refused:
        write_new_study("mine", "mnist", "folder:pictures", paths)
    assert str(refused.value) == (
        "dataset 'folder:pictures': its pictures have no side of their own; give --from images, whose resolution is "
        "32, for instance"
    )
    assert not paths.studies.exists()


def test_ones_own_spec_can_be_begun_from_and_one_that_cannot_is_refused(paths: Paths) -> None:
    write_new_study("mine", "smoke", "", paths)
    write_new_study("second", "mine", "", paths)
    assert load_spec("second", paths.studies).budget == load_spec("smoke", paths.studies).budget
    odd = paths.studies / "odd.toml"
    odd.write_text('name = """odd"""\ndataset = "digits"\n')
    with pytest.raises(UserError, match=r"odd\.toml: its name cannot be exchanged; write each as KEY = 'VALUE'"):
        write_new_study("third", str(odd), "", paths)
