"""A study that has run, by its spec or its id, and with metrics that are not installed any more."""

from pathlib import Path

import pytest
from tiny_study import TINY, FinishedStudy

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.spec import Spec, load_spec
from benchmark.study.existing import existing_id, existing_spec, spec_to_run
from benchmark.tracking.spool import Spool

BLUR = "score.final_metrics=blur"


@pytest.fixture
def paths(tmp_path: Path, studies: Path) -> Paths:
    return Paths(tmp_path, tmp_path / "data")


@pytest.fixture
def spec(paths: Paths) -> Spec:
    return load_spec("tiny", paths.studies)


def leave(spec: Spec, paths: Paths, finished: FinishedStudy) -> None:
    """What a study that began with a spec leaves, as far as it is asked for here."""
    folder = paths.work(spec.study_id)
    folder.mkdir(parents=True)
    Spool(folder).on_study_start(spec, ["wgan"], finished.preparation)


def test_by_its_spec_whether_it_ran_or_not(paths: Paths, spec: Spec) -> None:
    assert existing_spec("tiny", (), paths) == spec
    assert existing_spec("tiny", ("seed=3",), paths).seed == 3
    assert existing_id("tiny", ("seed=3",), paths) == spec.model_copy(update={"seed": 3}).study_id
    assert spec_to_run("tiny", ("seed=3",), paths).seed == 3


def test_by_its_id_with_the_values_that_it_ran_with(paths: Paths, spec: Spec, finished: FinishedStudy) -> None:
    ran = load_spec("tiny", paths.studies, ("seed=3",))
    leave(ran, paths, finished)
    (paths.studies / "tiny.toml").unlink()
    assert existing_spec(ran.study_id, (), paths) == ran
    assert spec_to_run(ran.study_id, (), paths) == ran
    assert existing_id(ran.study_id, (), paths) == ran.study_id
    more = spec_to_run(ran.study_id, ("final.most_seeds=7",), paths)  # open to change
    assert (more.final.most_seeds, more.study_id) == (7, ran.study_id)
    with pytest.raises(UserError, match=rf"^--set seed=4: makes it another study than {ran.study_id}; name its spec$"):
        existing_spec(ran.study_id, ("seed=4",), paths)


def test_the_id_of_runs_that_lie_elsewhere_is_taken_as_it_is(paths: Paths) -> None:
    assert existing_id("other-0123abcd", (), paths) == "other-0123abcd"
    with pytest.raises(UserError, match=r"^--set seed=4: other-0123abcd is a study whose values are settled; name its"):
        existing_id("other-0123abcd", ("seed=4",), paths)
    with pytest.raises(UserError, match=r"^no study spec '.*other-0123abcd\.toml'"):
        existing_spec("other-0123abcd", (), paths)


def test_a_spec_whose_name_ends_as_an_id_does(paths: Paths) -> None:
    text = TINY.replace('name = "tiny"', 'name = "tiny-0123abcd"')
    (paths.studies / "tiny-0123abcd.toml").write_text(text, encoding="utf-8")
    assert existing_id("tiny-0123abcd", (), paths) == load_spec("tiny-0123abcd", paths.studies).study_id


def test_one_that_has_not_begun_is_known_by_its_spec_alone(paths: Paths, spec: Spec) -> None:
    paths.work(spec.study_id).mkdir(parents=True)
    with pytest.raises(UserError, match=rf"^study {spec.study_id}: it has not begun, so that nothing says what it is"):
        existing_spec(spec.study_id, (), paths)


def test_a_metric_of_a_study_that_ran_is_taken_as_it_is_named(paths: Paths, finished: FinishedStudy) -> None:
    refused = r"^--set score\.final_metrics: unknown metric 'blur': "
    with pytest.raises(UserError, match=refused):
        existing_spec("tiny", (BLUR,), paths)
    elsewhere = existing_spec("tiny", (BLUR,), paths, elsewhere=True)
    assert elsewhere.score.final_metrics == ("blur",)
    assert existing_id("tiny", (BLUR,), paths) == elsewhere.study_id
    leave(elsewhere, paths, finished)
    assert existing_spec("tiny", (BLUR,), paths) == elsewhere
    assert existing_spec(elsewhere.study_id, (), paths) == elsewhere
    with pytest.raises(UserError, match=refused):  # nobody can compute it
        spec_to_run("tiny", (BLUR,), paths)
    with pytest.raises(UserError, match=r"unknown metric 'blur'"):
        spec_to_run(elsewhere.study_id, (), paths)
    with pytest.raises(UserError, match=r"^--set seed = -1: "):  # wrong besides
        existing_spec("tiny", (BLUR, "seed=-1"), paths, elsewhere=True)
