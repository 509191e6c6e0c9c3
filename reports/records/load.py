"""Everything that a study left in MLflow, as tidy frames.

A run's scores, curves and costs are read from its record.json, one small file a run: asking MLflow for the history of
each metric would cost a query a metric and run. Before a run has ended, its frame row holds what MLflow knows of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from pydantic import ValidationError

from benchmark.agreement import CrossCheck
from benchmark.errors import UserError
from benchmark.metrics.catalog import known_scores
from benchmark.plain_text import counted
from benchmark.race.searches import search_of
from benchmark.records import (
    COSTS,
    TAG_BASELINE,
    TAG_CROSS_CHECK,
    TAG_SPEC,
    Protocol,
    TrialRecord,
    paper_entrant,
)
from benchmark.spec import Spec, stored_spec
from benchmark.spec.cautions import cautions
from benchmark.tracking.experiment import baseline_of
from benchmark.tracking.grouping import parts_of
from benchmark.tracking.score_names import scores_of
from ganzoo.hyperparameters import NAMES as HYPERPARAMETERS
from reports.records.collector import paused_collector
from reports.records.merge import merged
from reports.records.samples import real_samples, samples_of
from reports.records.store import Store
from reports.records.stored import Source, StoredRun, StoredStudy
from reports.records.versions import mixed_versions

KEY = ["variant", "kind", "number"]
_TOLD = (*KEY, "state", "seed", "setting", "message")
PAPER = "paper"
Value = TypeVar("Value")


@dataclass(frozen=True, eq=False)
class StudyRecords:
    """One study; what is worked out from it is remembered by its identity, so its frames are only read.

    Attributes:
        study_id: Name of its experiment.
        spec: The resolved spec.
        runs: See `runs_frame`; final runs of a paper's settings are those of "NAME (paper)".
        evals: See `evals_frame`.
        curves: See `curves_frame`.
        variants: By variant that was started: what it is made of, as text.
        protocols: What the scores of each kind of run mean.
        baseline: By split, the scores of real images ("floor") and of noise ("noise").
        shown: By variant the kind and number of the run whose samples and curves are shown: the first final run, lest
            the luckiest seed be shown; else the best trial, else one that did not complete.
        samples: By variant, the grids of that run as PNG, by step in discriminator updates.
        real_samples: PNG of real images, or None.
        environment: Versions and devices that the runs ended with; where they differ, joined by commas.
        warnings: What to know of a selection before believing it.
        specs: By study id, the resolved specs of a selection of several studies; empty for a single one.
        finished: Whether every variant that was begun has come to its end.
        cross_check: What another library makes of the same features; None where it was not asked.
        addresses: By variant, where MLflow's pages have that run.
    """

    study_id: str
    spec: Spec
    runs: pd.DataFrame
    evals: pd.DataFrame
    curves: pd.DataFrame
    variants: dict[str, dict[str, str]]
    protocols: dict[str, Protocol]
    baseline: dict[str, dict[str, dict[str, float]]]
    shown: dict[str, tuple[str, int]]
    samples: dict[str, dict[int, bytes]]
    real_samples: bytes | None
    environment: dict[str, str]
    warnings: tuple[str, ...] = ()
    specs: dict[str, Spec] = field(default_factory=dict)
    finished: bool = True
    cross_check: CrossCheck | None = None
    addresses: dict[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        runs, variants = counted(len(self.runs), "run"), counted(len(self.variants), "variant")
        return f"<records of study {self.study_id}: {runs} of {variants}>"

    @property
    def ranked_by(self) -> str:
        """The score that ranks variants."""
        return self.spec.ranked_by

    @property
    def variant_names(self) -> list[str]:
        """Every variant that the spec names or that was started, in a fixed order."""
        named = [name for name in self.spec.variants if name != "all"]
        return list(dict.fromkeys([*named, *sorted({*self.variants, *self.runs["variant"]})]))

    @property
    def paper_entrants(self) -> dict[str, str]:
        """Those that race with their paper's settings, and the names of the same with settings that were found."""
        runs = self.runs
        names = sorted({*runs.loc[(runs["kind"] == "final") & (runs["setting"] == PAPER), "variant"]})
        # A selection of several studies appends the study: "dcgan (paper) (digits-1098b3b7)".
        return {name: name.replace(paper_entrant(""), "", 1) for name in names}

    def made_of(self, variant: str) -> dict[str, str]:
        """Parts and citation of a variant; of one that races with its paper's settings, those of the same variant."""
        return self.variants.get(variant.replace(paper_entrant(""), "", 1), {})


def load(study_id: str, *uris: str) -> StudyRecords:
    """Read one study from MLflow.

    Args:
        study_id: Name of the experiment.
        uris: MLflow's tracking URIs; several where several machines ran parts of the study.

    Raises:
        UserError: if no store has such a study, its spec cannot be read, or runs of one kind have different protocols.
    """
    return load_from(study_id, [Store(uri) for uri in uris])


@paused_collector()
def load_from(study_id: str, sources: Sequence[Source]) -> StudyRecords:
    """Read one study from wherever it is; see `load`."""
    study, warnings = merged(study_id, sources)
    spec = _spec(study_id, study.tags.get(TAG_SPEC, ""))
    # Searches beyond those that the study has now are there once it has had more.
    runs = [as_entrant(run) for run in study.runs if search_of(run.number) < spec.budget.searches]
    shown = _shown(runs, spec.score.objective)
    check = _read_tag(study, TAG_CROSS_CHECK, CrossCheck.from_json) if TAG_CROSS_CHECK in study.tags else None
    protocols = _protocols(study_id, runs)
    scored = next((protocols[kind] for kind in ("final", "trial") if kind in protocols), None)
    return StudyRecords(
        study_id=study_id,
        spec=spec,
        runs=runs_frame(runs, spec.score.objective),
        evals=evals_frame(runs, spec.score.objective),
        curves=curves_frame(runs),
        variants={variant: parts_of(params) for variant, params in study.variants.items()},
        protocols=protocols,
        baseline=_read_tag(study, TAG_BASELINE, baseline_of) if TAG_BASELINE in study.tags else {},
        shown={variant: (run.kind, run.number) for variant, run in shown.items()},
        samples=samples_of(shown),
        real_samples=real_samples(study),
        addresses={variant: run.address for variant, run in shown.items() if run.address},
        environment=_environment(runs),
        warnings=(
            *warnings,
            *([check.sentence()] if check and not check.agrees else []),
            *(cautions(scored, spec.score) if scored else []),
            *mixed_versions(runs),
        ),
        finished=study.finished,
        cross_check=check,
    )


def as_entrant(run: StoredRun) -> StoredRun:
    """A final run of a paper's settings as one of a variant of its own, which it races as; others as they are."""
    return replace(run, variant=paper_entrant(run.variant), kind="final") if run.kind == PAPER else run


def _spec(study_id: str, text: str) -> Spec:
    try:
        return stored_spec(text)
    except ValueError as error:
        problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "it is no JSON"
        raise UserError(f"study {study_id!r}: its tag {TAG_SPEC!r} must be a study spec: {problem}") from error


def _read_tag(study: StoredStudy, tag: str, parse: Callable[[str], Value]) -> Value:
    try:
        return parse(study.tags[tag])
    except ValueError as error:
        raise UserError(
            f"MLflow's tag {tag!r} of the experiment: damaged ({error}): run the study again, which writes it anew"
        ) from error


def _protocols(study_id: str, runs: Sequence[StoredRun]) -> dict[str, Protocol]:
    protocols: dict[str, Protocol] = {}
    for run in runs:
        if run.record is not None:
            known = protocols.setdefault(run.kind, run.record.protocol)
            if known.differing(run.record.protocol):
                raise UserError(_mixed(study_id, run.kind, known, run.record.protocol))
            protocols[run.kind] = known.completed(run.record.protocol)
    return protocols


def _mixed(study_id: str, kind: str, one: Protocol, other: Protocol) -> str:
    pairs = one.differing(other)
    sides = [", ".join(f"{name} = {pair[side]!r}" for name, pair in pairs.items()) for side in (0, 1)]
    changing = f"; dataset {one.dataset!r} gave other images to some: it must read the same ones at every call"
    return (
        f"study {study_id!r}: {kind} runs must share one protocol, but some were scored with {sides[0]} "
        f"and some with {sides[1]}{changing if 'real_digest' in pairs else ''}"
    )


def _shown(runs: Sequence[StoredRun], objective: str) -> dict[str, StoredRun]:
    def preference(run: StoredRun) -> tuple[bool, bool, float, int]:
        scores = run.record.final_scores if run.record else {}
        final = run.kind == "final"
        return not scores, not final, 0.0 if final else scores.get(objective, 0.0), run.number

    ended = [run for run in runs if run.record is not None and run.kind != "candidate"]
    return {run.variant: run for run in sorted(ended, key=preference, reverse=True)}


def _environment(runs: Sequence[StoredRun]) -> dict[str, str]:
    pairs = dict.fromkeys(pair for run in runs if run.record for pair in run.record.environment.items())
    return {name: ", ".join(value for key, value in pairs if key == name) for name, _ in pairs}


def runs_frame(runs: Sequence[StoredRun], objective: str = "fid") -> pd.DataFrame:
    """A row a run: `KEY`, state, seed, setting, message, hyperparameters, final scores, costs.

    A setting is that of `benchmark.records.TrialConfig`; "" of trials, and of runs of before there were any.

    Args:
        runs: Of a study.
        objective: What its search minimises, which has a column even before the first run has ended.
    """
    numbers = [*HYPERPARAMETERS, *_scores(runs, objective), *COSTS]
    frame = pd.DataFrame([_row(run) for run in runs], columns=[*_TOLD, *numbers])
    return frame.astype(dict.fromkeys(numbers, float) | {"number": int, "seed": "Int64"})


def scores_in(frame: pd.DataFrame) -> list[str]:
    """The columns of a `runs_frame` that hold scores."""
    others = {*_TOLD, *HYPERPARAMETERS, *COSTS}
    return [name for name in map(str, frame.columns) if name not in others]


def _scores(runs: Sequence[StoredRun], objective: str) -> list[str]:
    """Those of the catalog, then those that runs have of metrics which are not installed any more."""
    found = (name for run in runs if run.record for rung in run.record.rungs for name in rung.scores)
    return list(dict.fromkeys((*known_scores(), objective, *found)))


def _row(run: StoredRun) -> dict[str, Any]:
    row = dict(zip(KEY, run.key, strict=True)) | {"state": run.state, "message": ""}
    if run.record is not None:
        config, ended = run.record.config, {"state": run.record.state, "message": run.record.message}
        row |= ended | {"seed": config.seed, "setting": config.setting}
        return row | config.hyperparameters | run.record.final_scores | run.record.costs
    try:
        given = {name: float(run.params[name]) for name in HYPERPARAMETERS if name in run.params}
        seed = np.int64(run.params["seed"]) if "seed" in run.params else None  # as the table has it
    except (ValueError, OverflowError) as error:
        raise UserError(f"MLflow's run at {run.artifacts}: a parameter is no number: {error}") from error
    measured = {name: value for name, value in scores_of(run.metrics).items() if name in known_scores()}
    spent = {name: run.metrics[f"resources/{name}"] for name in COSTS if f"resources/{name}" in run.metrics}
    return row | given | measured | spent | {"seed": seed, "setting": run.params.get("setting", "")}


def evals_frame(runs: Sequence[StoredRun], objective: str = "fid") -> pd.DataFrame:
    """A row a rung: `KEY`, step in discriminator updates, scores; the arguments are those of `runs_frame`."""
    rows = [
        dict(zip(KEY, run.key, strict=True)) | {"step": rung.step} | rung.scores
        for run in runs
        if run.record
        for rung in run.record.rungs
    ]
    scores = _scores(runs, objective)
    # Of runs that all ended before their first rung nothing would say what the columns hold.
    return pd.DataFrame(rows, columns=[*KEY, "step", *scores]).astype(
        dict.fromkeys(scores, float) | {"number": int, "step": int}
    )


def curves_frame(runs: Sequence[StoredRun]) -> pd.DataFrame:
    """A row a point: `KEY`, curve, step in discriminator updates, mean since the last point."""
    return points_frame((run.key, run.record) for run in runs if run.record)


def points_frame(records: Iterable[tuple[tuple[str, str, int], TrialRecord]]) -> pd.DataFrame:
    """As `curves_frame`, of records with what names their runs: variant, kind and number."""
    rows = [
        (*key, curve, step, value)
        for key, record in records
        for curve, points in record.curves.items()
        for step, value in points
    ]
    return pd.DataFrame(rows, columns=[*KEY, "curve", "step", "value"]).astype(
        {"number": int, "step": int, "value": float}
    )
