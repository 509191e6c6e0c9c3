from typing import get_args

from benchmark.records import CURVES, Split
from benchmark.tracking.score_names import by_step, ends, once, scores_of, spread


def test_names_say_the_split() -> None:
    assert (once("test"), by_step("validation"), spread("test")) == ("test", "eval_validation", "test_std")
    assert ends("validation") == ("validation_low", "validation_high")


def test_every_split_has_names_of_its_own_that_mlflow_takes() -> None:
    from mlflow.utils.validation import _validate_metric_name

    splits = get_args(Split)
    names = [f"{name}/fid" for s in splits for name in (once(s), by_step(s), spread(s), *ends(s))]
    assert len({*names, *(f"train/{curve}" for curve in CURVES)}) == 5 * len(splits) + len(CURVES)
    assert not any(name.startswith("train/") for name in names)
    for name in names:
        _validate_metric_name(name)


def test_scores_are_those_of_complete_runs_of_this_release_or_an_earlier_one() -> None:
    others = {"eval_test/fid": 9.0, "train/loss_generator": 8.0, "resources/train_seconds": 7.0, "test_std/fid": 6.0}
    assert scores_of(others) == {}
    assert scores_of(others | {"test/fid": 1.0, "test/kid": 2.0}) == {"fid": 1.0, "kid": 2.0}
    assert scores_of({"final/fid": 3.0, "eval/fid": 4.0}) == {"fid": 3.0}
    assert scores_of({"on_train/fid": 5.0}) == {"fid": 5.0}
