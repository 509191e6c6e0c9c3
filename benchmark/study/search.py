"""One variant's Optuna study: the only file that talks to Optuna, but for its storage and its journal's lines.

Trials are asked for in batches and told in the order of their numbers, and the sampler is seeded from the study's seed
and the trial's number: the search is the same whatever the number of workers, their speed, or crashes in between.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import optuna
from optuna.distributions import BaseDistribution
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial, Trial, TrialState

from benchmark.race.searches import number_of, place_of
from benchmark.records import Kind, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.study.distributions import distribution_of, suggested
from benchmark.study.outage import Outage, outlasting
from benchmark.training.random_streams import derive_seed
from ganzoo.variant import Variant

ENDED = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "diverged": TrialState.PRUNED}


class SeededSampler(optuna.samplers.TPESampler):
    """TPE for one draw: seeded for it, and told the search space.

    Optuna's own goes through all trials to find what they have in common, which the first trial narrows where the
    paper's settings lie outside of the ranges. Told it, TPE draws all hyperparameters together, and learns from the
    first trial only where it has them all.

    Args:
        startup_trials: Ended trials before which draws are random.
        space: By hyperparameter.
        seed: In [0, 2**32).
    """

    def __init__(self, startup_trials: int, space: Mapping[str, BaseDistribution], seed: int) -> None:
        super().__init__(n_startup_trials=startup_trials, seed=seed)
        self._told = {name: each for name, each in space.items() if not each.single()}

    def infer_relative_search_space(self, *_: object) -> dict[str, BaseDistribution]:
        """What is drawn together."""
        return self._told


class Search:
    """A search of one variant under one spec.

    Args:
        spec: The study.
        variant: The variant.
        storage: From `benchmark.study.storage.open_storage`.
        repetition: Which of the variant's searches it is, from 0: each has its own numbers of runs, whence its seeds.
        outage: Waits for a storage that is away; each method that asks it may begin again, as after a crash.

    Attributes:
        repetition: The same.
        outage: The same.
    """

    def __init__(
        self, spec: Spec, variant: Variant, storage: BaseStorage, repetition: int = 0, outage: Outage | None = None
    ) -> None:
        self.repetition = repetition
        self.outage = outage or Outage()
        self._spec = spec
        self._variant = variant
        self._storage = storage
        self._defaults = variant.defaults.present()
        ranges = spec.search.ranges(variant.name)
        searched = {name: ranges[name] for name in self._defaults if name in ranges}
        self._tied = spec.sampler.same_learning_rates
        if self._tied:
            searched.pop("lr_discriminator", None)
        self._searched = searched
        self._space = {name: distribution_of(each) for name, each in searched.items()}
        # Trial 0 has the paper's settings. Optuna hears only of those that lie in their ranges: the others say nothing
        # about where to look next, and its lists of choices may not change from one trial to another.
        self._within = {name for name, each in searched.items() if each.holds(self._defaults[name])}
        learns = spec.sampler.kind == "tpe"
        self._startup_trials = spec.cohort.size if learns else spec.budget.trials + 1
        self._study = self._open()
        self._running: dict[int, Trial] = {}
        self._made = 0  # trials that are known to be there

    @outlasting
    def _open(self) -> optuna.Study:
        pruner = self._spec.pruner
        study = optuna.create_study(
            study_name=f"{self._spec.study_id}/{self._variant.name}"
            + (f"/{self.repetition}" if self.repetition else ""),
            storage=self._storage,
            pruner=optuna.pruners.PercentilePruner(pruner.percentile, pruner.startup_trials),
            load_if_exists=True,
        )
        study.enqueue_trial({name: self._defaults[name] for name in self._within}, skip_if_exists=True)
        return study

    @outlasting
    def batch(self) -> list[TrialConfig]:
        """The trials to be run next, with those that a crash left running; none when the search is over."""
        trials = self._study.get_trials(deepcopy=False)
        ended = sum(trial.state.is_finished() for trial in trials)
        known = sum(trial.state != TrialState.WAITING for trial in trials)
        size = self._spec.cohort.size
        end = min((ended // size + 1) * size, self._spec.budget.trials)
        running = [trial.number for trial in trials[:end] if trial.state == TrialState.RUNNING]
        # Trials are told only once their whole batch has ended: told ones in this batch mean that all were asked for.
        new = () if ended % size else range(known, end)
        return [self._reopen(number) for number in running] + [self._ask(number) for number in new]

    def _ask(self, number: int) -> TrialConfig:
        if number >= self._made:
            self._seed_sampler(number, "")
            trial = self._study.ask()
            self._made = trial.number + 1
            if trial.number == number:
                return self._config(trial)
        # Optuna itself asks a database again that has made a trial and lost the answer: then there are two.
        return self._reopen(number)

    def _reopen(self, number: int) -> TrialConfig:
        self._seed_sampler(number, "")
        return self._config(Trial(self._study, self._id(number)))

    def _id(self, number: int) -> int:
        study_id = self._storage.get_study_id_from_name(self._study.study_name)
        return self._storage.get_trial_id_from_study_id_trial_number(study_id, number)

    def _seed_sampler(self, number: int, name: str) -> None:
        seed = derive_seed(self._spec.seed, "sampler", number_of(self.repetition, number), name) % 2**32
        self._study.sampler = SeededSampler(self._startup_trials, self._space, seed)

    def _config(self, trial: Trial) -> TrialConfig:
        self._running[trial.number] = trial
        # Drawn here, with the trial's own seed; each independent draw then has a seed of its own. So a trial that a
        # crash left with half of its parameters gets the same other half.
        _ = trial.relative_params
        chosen = {}
        for name, searched in self._searched.items():
            if trial.number > 0 or name in self._within:
                self._seed_sampler(trial.number, name)
                chosen[name] = suggested(trial, name, searched)
        return self._trial(trial.number, chosen)

    def _trial(self, place: int, chosen: dict[str, float]) -> TrialConfig:
        number = number_of(self.repetition, place)
        seed = derive_seed(self._spec.seed, "trial", number)
        return TrialConfig(self._variant.name, "trial", number, seed, self._settings(place, chosen))

    def _settings(self, number: int, chosen: dict[str, float]) -> dict[str, float]:
        """All hyperparameters of a trial; the first has the paper's, tied or not."""
        settings = self._defaults | chosen
        tied = {"lr_discriminator": settings["lr_generator"]} if self._tied and number > 0 else {}
        return settings | tied

    @outlasting
    def prune(self, number: int, rung: RungRecord) -> bool:
        """Take in a trial's scores at a rung, and say whether it is to be stopped; of one that was told, as it was."""
        place = place_of(number)
        if place not in self._running:
            told = self._storage.get_trial(self._id(place))
            return told.user_attrs.get("state") == "pruned" and rung.step >= max(told.intermediate_values, default=0)
        trial = self._running[place]
        reported = self._storage.get_trial(self._id(place)).intermediate_values
        if rung.step not in reported:
            trial.report(rung.scores[self._spec.score.objective], rung.step)
        elif rung.step < max(reported):
            # A worker tells again after a crash what it had measured before: the trial went on from there.
            return False
        return self._spec.pruner.percentile < 100 and bool(trial.should_prune())

    @outlasting
    def tell(self, records: Sequence[TrialRecord]) -> None:
        """End a whole batch, in the order of its numbers."""
        for record in sorted(records, key=lambda record: record.config.number):
            trial = self._running.get(place_of(record.config.number))
            if trial is None:  # told before: its record was lost since, and made again
                continue
            known = self._storage.get_trial(self._id(trial.number))
            if not known.state.is_finished():  # else it was told, and the answer lost
                self._tell(trial, record, known.intermediate_values)
            del self._running[trial.number]

    def _tell(self, trial: Trial, record: TrialRecord, reported: Mapping[int, float]) -> None:
        self._report_missing(trial, record.rungs, reported)
        trial.set_user_attr("state", record.state)
        for name, value in record.final_scores.items():
            trial.set_user_attr(name, value)
        value = record.final_scores.get(self._spec.score.objective, math.nan)
        state = ENDED.get(record.state, TrialState.FAIL)
        self._study.tell(trial, value if state == TrialState.COMPLETE else None, state)

    def _report_missing(self, trial: Trial, rungs: Iterable[RungRecord], reported: Mapping[int, float]) -> None:
        """Report what the storage lacks of a trial's rungs: where its journal was lost, all of them."""
        for rung in rungs:
            value = rung.scores.get(self._spec.score.objective, math.nan)
            if rung.step not in reported and all(map(math.isfinite, rung.scores.values())):
                trial.report(value, rung.step)

    @outlasting
    def told(self) -> list[TrialConfig]:
        """The trials that have ended, as they were asked for."""
        ended = self._study.get_trials(deepcopy=False, states=tuple(set(ENDED.values())))
        return [self._as_asked(trial) for trial in ended]

    def _as_asked(self, trial: FrozenTrial) -> TrialConfig:
        return self._trial(trial.number, {name: float(value) for name, value in trial.params.items()})

    @outlasting
    def best(self, count: int = 1) -> list[int]:
        """The numbers of the best completed trials, best first; fewer than `count` if fewer were completed."""
        complete = self._study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        values = {number_of(self.repetition, t.number): t.value for t in complete if t.value is not None}
        return sorted(values, key=lambda number: (values[number], number))[:count]

    def candidates(self) -> list[TrialConfig]:
        """The best settings with fresh seeds, lest one be chosen for a lucky score; none where there is no choice."""
        final = self._spec.final
        best = self.best(final.candidates)
        if len(best) < 2:
            return []
        seeded = [(trial, seed) for trial in best for seed in range(final.candidate_seeds)]
        return [self._run("candidate", place, trial) for place, (trial, _) in enumerate(seeded)]

    @outlasting
    def choose(self, candidates: Sequence[TrialRecord]) -> int | None:
        """The number of the trial whose settings go into the race; None if no trial was completed.

        It has the lowest mean objective over the trial itself and its candidates; one that diverged is passed over.

        Args:
            candidates: The records of `candidates`.
        """
        best = self.best(self._spec.final.candidates)
        trials = self._study.get_trials(deepcopy=False)

        def mean(number: int) -> float:
            own = [record for record in candidates if record.config.setting == str(number)]
            values = [record.final_scores.get(self._spec.score.objective, math.inf) for record in own]
            return math.fsum([trials[place_of(number)].value or 0.0, *values]) / (1 + len(values))

        return min(best, key=mean, default=None)

    @outlasting
    def finals(self, trial: int, places: Iterable[int]) -> list[TrialConfig]:
        """The final runs of a trial's settings that have these places in the search, each with a fresh seed."""
        return [self._run("final", place, trial) for place in places]

    def paper_finals(self, places: Iterable[int]) -> list[TrialConfig]:
        """The final runs of the paper's settings that have these places in the search, each with a fresh seed."""
        return [self._run("paper", place, None) for place in places]

    def _run(self, kind: Kind, place: int, trial: int | None) -> TrialConfig:
        """A run of a trial's settings, or of the paper's, with a seed of its own."""
        settings, name, number = self._defaults, "paper", number_of(self.repetition, place)
        if trial is not None:
            params = self._study.get_trials(deepcopy=False)[place_of(trial)].params
            settings = self._settings(place_of(trial), {key: float(value) for key, value in params.items()})
            name = str(trial)
        seed = derive_seed(self._spec.seed, kind, number)
        return TrialConfig(self._variant.name, kind, number, seed, settings, name)
