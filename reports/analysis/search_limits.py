"""What a search has too few trials to tell, in numbers and in words, so that nothing is shown in its place."""

import pandas as pd

from reports.analysis.importance import LEAST_TRIALS, comparable_trials
from reports.analysis.sensitivity import LEAST_RANDOM
from reports.analysis.trial_values import trial_values
from reports.records.load import StudyRecords

# Of fewer trials no curve or pattern is drawn: two are a line, whatever they are.
LEAST_DRAWN = 3


def too_few(records: StudyRecords) -> list[str]:
    """A sentence for each thing that no variant has trials enough for; none where nothing was searched."""
    trials = trial_values(records)
    if trials.empty:
        return []
    told = (
        (
            _most(trials["random"].groupby(trials["variant"]).sum()),
            LEAST_RANDOM,
            "How much of the search ranges is good is not shown: it takes {least} trials of a variant that were drawn "
            'at random, and the most here are {most} (sampler.kind = "random" draws all of them so).',
        ),
        (
            max((comparable_trials(records, name) for name in records.variant_names), default=0),
            LEAST_TRIALS,
            "How much each hyperparameter matters is not shown: it takes {least} complete trials of a variant within "
            "the search ranges, and the most here are {most} (budget.trials).",
        ),
        (
            _most(trials.groupby("variant").size()),
            LEAST_DRAWN,
            "What a larger search would find is not shown: it takes {least} trials of a variant, and the most here are "
            "{most} (budget.trials).",
        ),
    )
    return [words.format(least=least, most=most) for most, least, words in told if most < least]


def enough(frame: pd.DataFrame, least: int = LEAST_DRAWN) -> pd.DataFrame:
    """The rows of the variants that have at least so many of them."""
    return frame[frame.groupby("variant")["variant"].transform("size") >= least]


def _most(counts: "pd.Series[int]") -> int:
    return int(counts.max()) if len(counts) else 0
