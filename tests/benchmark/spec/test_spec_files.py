"""Study specs by name: one's own first, then those that come with the package."""

from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.paths import shipped_studies
from benchmark.spec import load_spec
from benchmark.spec.spec_files import find_spec, known_specs

MINE = 'name = "mine"\ndataset = "digits"\n'


def test_a_shipped_spec_is_found_from_anywhere(tmp_path: Path) -> None:
    assert find_spec("smoke", tmp_path / "studies") == shipped_studies() / "smoke.toml"
    assert load_spec("smoke", tmp_path / "studies").name == "smoke"


def test_ones_own_hides_a_shipped_one_and_a_path_goes_before_both(tmp_path: Path) -> None:
    (tmp_path / "smoke.toml").write_text(MINE)
    assert find_spec("smoke", tmp_path) == tmp_path / "smoke.toml"
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "smoke.toml"
    other.write_text(MINE)
    assert find_spec(str(other), tmp_path) == other
    known = known_specs(tmp_path)
    assert known["smoke"] == tmp_path / "smoke.toml"
    assert known["digits"] == shipped_studies() / "digits.toml"
    assert list(known) == sorted(known)


def test_a_path_is_never_a_shipped_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"^no study spec 'smoke\.toml': "):
        find_spec("smoke.toml", tmp_path)


def test_a_missing_one_is_told_with_all_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MINE)
    shipped = ", ".join(sorted(path.stem for path in shipped_studies().glob("*.toml")))
    with pytest.raises(UserError) as raised:
        find_spec("smokes", tmp_path)
    expected = f"did you mean 'smoke'? known in {tmp_path}: mine; shipped: {shipped}"
    assert str(raised.value) == f"no study spec '{tmp_path}/smokes.toml': {expected}"
    with pytest.raises(UserError) as raised:
        find_spec("smokes", shipped_studies())
    assert str(raised.value).endswith(f"known in {shipped_studies()}: {shipped}")


def test_studies_that_ran_are_listed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("blobs-9c1673ba", "digits-bde8c8f1"):
        (tmp_path / "runs" / "work" / name).mkdir(parents=True)
    (tmp_path / "runs" / "work" / "note.txt").touch()
    monkeypatch.setenv("GANBENCH_ROOT", str(tmp_path))
    with pytest.raises(UserError) as raised:
        find_spec("blobs-9c1673bb", tmp_path)
    assert str(raised.value).startswith(
        f"no study spec '{tmp_path}/blobs-9c1673bb.toml': did you mean 'blobs-9c1673ba'? "
    )
    assert str(raised.value).endswith("; that ran: blobs-9c1673ba, digits-bde8c8f1")


@pytest.mark.parametrize("name", sorted(path.stem for path in shipped_studies().glob("*.toml")))
def test_every_shipped_spec_loads_and_is_called_as_its_file(name: str, tmp_path: Path) -> None:
    assert load_spec(name, tmp_path).name == name
