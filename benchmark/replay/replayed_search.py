"""One search of one variant, answered from what was recorded instead of trained."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import optuna
from optuna.trial import Trial, TrialState
from scipy.stats import spearmanr

from benchmark.errors import UserError
from benchmark.replay.methods import PRUNERS, SAMPLERS
from benchmark.replay.recorded_trials import Floats, RecordedVariant
from benchmark.study.distributions import suggested


@dataclass(frozen=True)
class Method:
    """How to search.

    Attributes:
        sampler: A name in `benchmark.replay.methods.SAMPLERS`.
        pruner: A name in `benchmark.replay.methods.PRUNERS`.
        cohort: Trials asked for together.
    """

    sampler: str
    pruner: str
    cohort: int


@dataclass(frozen=True)
class Course:
    """How a search went.

    Attributes:
        updates: Discriminator updates spent when trials ended (E,), rising.
        best: The lowest score of a trial that had run to its end by then (E,); NaN before there is one.
    """

    updates: npt.NDArray[np.int64]
    best: Floats

    def at(self, updates: Iterable[int]) -> Floats:
        """The lowest score after so many updates."""
        ends = np.searchsorted(self.updates, np.array(list(updates)), side="right")
        return np.concatenate([[np.nan], self.best])[ends]


class ReplayedSearch:
    """A search whose every trial is the recorded one nearest to what the sampler asks for, each taken once.

    So noise is as it was recorded, and settings that nobody tried are answered by those next to them: what is asked of
    is told by `nearest_agree`.

    Args:
        variant: What was recorded.
        method: How to search.
        seed: Of the sampler.
    """

    def __init__(self, variant: RecordedVariant, method: Method, seed: int) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._variant, self._cohort = variant, method.cohort
        # Hyperband deals trials out by the study's name.
        self._study = optuna.create_study(
            study_name=f"replay-{seed}",
            sampler=SAMPLERS[method.sampler](seed),
            pruner=PRUNERS[method.pruner](variant.rungs),
        )
        self._unused = np.ones(len(variant.settings), dtype=bool)
        self._updates, self._best = 0, float("nan")

    def course(self, updates: int) -> Course:
        """Search until so many discriminator updates are spent; what ends after them does not count.

        Raises:
            UserError: if there are too few recorded trials.
        """
        ends: list[tuple[int, float]] = []
        while self._updates < updates:
            for number, trial in enumerate(self._batch()):
                self._study.tell(*self._run(trial, number))
                ends.append((self._updates, self._best))
        kept = [each for each in ends if each[0] <= updates]
        return Course(np.array([each[0] for each in kept], dtype=np.int64), np.array([each[1] for each in kept]))

    def _batch(self) -> list[Trial]:
        """Trials that are asked for before any of them is told."""
        if self._unused.sum() < self._cohort:
            raise UserError(
                f"{self._variant.name}: {len(self._variant.settings)} recorded trials are all taken after "
                f"{self._updates} updates; search for fewer, or record more: --set budget.trials=..."
            )
        trials = [self._study.ask() for _ in range(self._cohort)]
        self._rows = [self._nearest(trial) for trial in trials]
        return trials

    def _nearest(self, trial: Trial) -> int:
        """The recorded trial, of those not taken yet, nearest to what a trial draws."""
        drawn = {name: suggested(trial, name, each) for name, each in self._variant.space.items()}
        distances = np.square(self._variant.places - self._variant.place_of(drawn)).sum(1)
        row = int(np.where(self._unused, distances, np.inf).argmin())
        self._unused[row] = False
        return row

    def _run(self, trial: Trial, number: int) -> tuple[Trial, float | None, TrialState]:
        """A trial rung by rung: its score at its end, or none where it diverges or is pruned."""
        before = 0
        for rung, score in zip(self._variant.rungs, self._variant.scores[self._rows[number]], strict=True):
            self._updates += rung - before
            before = rung
            if np.isnan(score):
                return trial, None, TrialState.PRUNED
            trial.report(float(score), rung)
            if rung < self._variant.rungs[-1] and trial.should_prune():
                return trial, None, TrialState.PRUNED
        self._best = float(np.nanmin([self._best, score]))
        return trial, float(score), TrialState.COMPLETE


def nearest_agree(variant: RecordedVariant) -> float:
    """How well a trial's neighbour stands for it: rank correlation of last scores with those of the nearest others.

    In [-1, 1]; NaN for fewer than three trials. Even a perfect stand-in stays below 1, since scores are noisy.
    """
    whole = ~np.isnan(variant.scores[:, -1])
    places, scores = variant.places[whole], variant.scores[whole, -1]
    if len(scores) < 3:
        return float("nan")
    distances = np.square(places[:, None] - places[None]).sum(2)
    np.fill_diagonal(distances, np.inf)
    return float(spearmanr(scores, scores[distances.argmin(1)]).statistic)
