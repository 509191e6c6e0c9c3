"""How the variants of a suite stand, as frames: on each data set, over all of them, and against what they cost."""

import math
from dataclasses import asdict, dataclass

import pandas as pd

from benchmark.metrics.catalog import score_column
from reports.analysis.front import on_the_front
from reports.statistics.aggregates import aggregate_scores
from reports.statistics.average_improvement import COLUMNS as IMPROVEMENT
from reports.statistics.average_improvement import improvements_of
from reports.statistics.performance_profile import performance_profiles
from reports.suites.suite import Suite, SuiteStudy

_OF_BOARD = (
    *("variant", "verdict", "stage", "factor", "factor_low", "factor_high", "seeds", "finals"),
    *("centre", "centre_low", "centre_high", "train_seconds", "generator_parameters", "discriminator_parameters"),
    "note",
)
_SIZE = "batch_norm_batch_size"
COSTS = {"seconds": "training time", "parameters": "parameters"}


@dataclass(frozen=True, eq=False)
class Standing:
    """All tables of a suite, which its page, its answer and its files are made of.

    Attributes:
        variants: See `variants_frame`.
        data_sets: A row a variant and data set: data_set, study, score (which ranks), the variant's row of that study's
            leaderboard as far as a suite has use for it, and comparable (the mean of its comparable scores).
        runs: A row a run that raced: variant, data_set, study, number, score (infinite if it diverged), comparable.
        profiles: From `reports.statistics.performance_profile.performance_profiles`.
        improvement: Of the variant with the highest interquartile mean over each other:
            `reports.statistics.average_improvement.improvements_of`.
        protocols: A row a data set: what its scores mean, and what they were bought with.
    """

    variants: pd.DataFrame
    data_sets: pd.DataFrame
    runs: pd.DataFrame
    profiles: pd.DataFrame
    improvement: pd.DataFrame
    protocols: pd.DataFrame

    @property
    def ranked(self) -> pd.DataFrame:
        """The variants that have aggregates."""
        return self.variants[self.variants["interquartile_mean"].notna()]

    @property
    def everywhere(self) -> list[str]:
        """Contenders on every data set, the highest interquartile mean first."""
        return [str(name) for name in self.variants.loc[self.variants["everywhere"], "variant"]]

    @property
    def best(self) -> str:
        """The variant with the highest interquartile mean; "" where none has one."""
        ranked = self.ranked
        return "" if ranked.empty else str(ranked["variant"].iloc[ranked["interquartile_mean"].argmax()])

    def over(self, rival: str) -> "pd.Series[float]":
        """The row of `improvement` that is over a rival."""
        return self.improvement[self.improvement["over"] == rival].iloc[0]

    def of(self, variant: str) -> "pd.Series[float]":
        """The row of `variants` of one."""
        return self.variants[self.variants["variant"] == variant].iloc[0]

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables by their names, which are those of their files."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def standing(suite: Suite) -> Standing:
    """Work out how the variants of a suite stand."""
    variants, scores = variants_frame(suite), suite.scores
    best = str(variants.sort_values("interquartile_mean", ascending=False)["variant"].iloc[0]) if scores else ""
    return Standing(
        variants=variants,
        data_sets=pd.concat([_cells(study) for study in suite.studies], ignore_index=True),
        runs=pd.concat([_runs(study) for study in suite.studies], ignore_index=True),
        profiles=performance_profiles(scores),
        improvement=improvements_of(best, scores) if best else pd.DataFrame(columns=IMPROVEMENT),
        protocols=pd.DataFrame([_protocol(study) for study in suite.studies]),
    )


def variants_frame(suite: Suite) -> pd.DataFrame:
    """The variants of a suite over all its data sets.

    Returns:
        A row a variant: contenders everywhere first, then by the interquartile mean, then those that did not race on
        every data set. Columns: variant, contender_on (data sets), raced_on (data sets), everywhere, runs, the
        aggregates with their intervals and highest (`reports.statistics.aggregates.aggregate_scores`; NaN of those that
        did not race on every data set), seconds (of training, a final run on each data set together), parameters (of
        generator and discriminator, the mean over data sets), and front_seconds and front_parameters (whether no other
        has both a higher interquartile mean and a lower cost).
    """
    rows = [
        {
            "variant": name,
            "contender_on": sum(name in study.contenders for study in suite.studies),
            "raced_on": sum(name in study.comparable for study in suite.studies),
            "everywhere": name in suite.everywhere,
        }
        | _costs(suite, name)
        for name in suite.variant_names
    ]
    frame = pd.DataFrame(rows, columns=["variant", "contender_on", "raced_on", "everywhere", *COSTS])
    frame = frame.merge(aggregate_scores(suite.scores), on="variant", how="left")
    losses = (-frame["interquartile_mean"]).tolist()
    for cost in COSTS:
        frame[f"front_{cost}"] = on_the_front(frame[cost].tolist(), losses)
    order = ["everywhere", "interquartile_mean", "raced_on"]
    return frame.astype({"runs": "Int64"}).sort_values(order, ascending=False, kind="stable", ignore_index=True)


def _costs(suite: Suite, name: str) -> dict[str, float]:
    """What a variant costs; NaN where a data set does not tell."""
    rows = [study.board[study.board["variant"] == name] for study in suite.studies]
    if any(row.empty for row in rows):
        return dict.fromkeys(COSTS, math.nan)
    sizes = [float(row["generator_parameters"].iloc[0] + row["discriminator_parameters"].iloc[0]) for row in rows]
    seconds = [float(row["train_seconds"].iloc[0]) for row in rows]
    return {"seconds": sum(seconds), "parameters": sum(sizes) / len(sizes)}


def _cells(study: SuiteStudy) -> pd.DataFrame:
    means = {name: float(scores.mean()) for name, scores in study.comparable.items()}
    cells = study.board[list(_OF_BOARD)].copy()
    for place, (name, value) in enumerate(_named(study).items(), 1):
        cells.insert(place, name, value)
    return cells.assign(comparable=cells["variant"].map(means).astype(float))


def _runs(study: SuiteStudy) -> pd.DataFrame:
    named = tuple(_named(study).values())[:2]
    rows = [
        (variant, *named, number, score, float(comparable))
        for variant, scores in study.comparable.items()
        for number, (score, comparable) in enumerate(zip(study.race.scores[variant], scores, strict=True))
    ]
    columns = ["variant", "data_set", "study", "number", "score", "comparable"]
    return pd.DataFrame(rows, columns=columns).astype({"number": int, "score": float, "comparable": float})


def _named(study: SuiteStudy) -> dict[str, str]:
    return {"data_set": study.label, "study": study.records.study_id, "score": study.records.ranked_by}


def _protocol(study: SuiteStudy) -> dict[str, object]:
    """Everything that tells a score of this data set from one under another protocol, and what bought it."""
    spec, rules = study.records.spec, study.race.rules
    known = study.records.protocols.get("final")
    row: dict[str, object] = {**_named(study), "label": score_column(study.records.ranked_by).label}
    row |= {"floor": study.floor, "noise": study.noise, "scale": spec.scale}
    told = {name: value for name, value in asdict(known).items() if name != "dataset"} if known else {}
    # The one field that may be a number or a word: a column of a file has one type.
    row |= told | ({_SIZE: str(told[_SIZE])} if told.get(_SIZE) is not None else {})
    row |= {"trials": spec.budget.trials, "discriminator_steps": spec.budget.discriminator_steps}
    row |= {"batch_size": str(spec.budget.batch_size), "seeds": rules.seeds, "most_seeds": rules.most_seeds}
    row |= {"error": rules.error, "margin": rules.margin, "finished": study.race.finished}
    environment = study.records.environment
    return row | {"device": environment.get("device", ""), "code": environment.get("code", "")}
