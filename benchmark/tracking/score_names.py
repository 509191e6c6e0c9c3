"""What MLflow calls scores: by the split that they were measured on, which is another one for trials and final runs.

`test/fid` is the score of a complete run, once, and of a parent the mean over its final runs; `eval_test/fid` is the
same score at every rung, by discriminator step; `test_std/fid`, `test_low/fid` and `test_high/fid` are a parent's.
"""

from collections.abc import Mapping
from typing import get_args

from benchmark.records import Split

# Of complete runs, before names said the split: still read of what earlier releases recorded.
EARLIER = "final"
# Not "train/", under which the curves of training lie.
_ON_TRAIN: Mapping[Split, str] = {"train": "on_train", "train+validation": "on_train_and_validation", "all": "on_all"}


def once(split: Split) -> str:
    """The part of a name before the slash for scores of complete runs on a split: "test" for `test/fid`."""
    return _ON_TRAIN.get(split, split)


def by_step(split: Split) -> str:
    """The same for scores at every rung: "eval_test" for `eval_test/fid`."""
    return f"eval_{once(split)}"


def spread(split: Split) -> str:
    """The same for standard deviations over final runs: "test_std" for `test_std/fid`."""
    return f"{once(split)}_std"


def ends(split: Split) -> tuple[str, str]:
    """The same for the lower and the upper end of the mean's 95 % interval: "test_low" and "test_high"."""
    return f"{once(split)}_low", f"{once(split)}_high"


def scores_of(metrics: Mapping[str, float]) -> dict[str, float]:
    """The scores of a complete run among its metrics, by name, whatever the split and whichever release recorded it."""
    prefixes = (EARLIER, *(once(split) for split in get_args(Split)))
    split_up = ((*name.partition("/"), value) for name, value in metrics.items())
    return {name: value for prefix, _, name, value in split_up if prefix in prefixes}
