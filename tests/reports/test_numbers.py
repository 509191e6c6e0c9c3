"""Every number of the page again, from the files beside it, with pandas and SciPy but without our statistics."""

import json
import math
import re
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reports.output.write import write_report
from reports.records.load import StudyRecords

DASH = "\N{EN DASH}"


class Tables(HTMLParser):
    """The tables of a page: by class, rows of cell texts, heads first."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self.text: dict[str, list[str]] = {}
        self._table = self._tag = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._table = (given.get("class") or "").split()[0]
        if self._table and tag == "tr":
            self.rows.setdefault(self._table, []).append([])
        if self._table and tag in ("td", "th"):
            self.rows[self._table][-1].append("")
            self._tag = "cell"
        if tag in ("h1", "dd") or given.get("class") == "detail":
            self.text.setdefault(tag, []).append("")
            self._tag = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._table = ""
        if tag in ("td", "th", self._tag):
            self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag == "cell" and self._table:
            self.rows[self._table][-1][-1] += data
        elif self._tag:
            self.text[self._tag][-1] += data


@pytest.fixture(scope="module")
def folder(records: StudyRecords, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("numbers")
    write_report(records, made)
    return made


@pytest.fixture(scope="module")
def page(folder: Path) -> Tables:
    return Tables((folder / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def runs(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "runs.csv")


def decimals(values: pd.Series) -> int:
    """Three significant digits of the smallest, at most five."""
    smallest = min(value for value in values if value > 0)
    return min(5, max(0, 2 - math.floor(math.log10(smallest))))


def raced(runs: pd.DataFrame) -> pd.DataFrame:
    """The one look of a race at six seeds: a row a variant in order, with verdict, factor and its interval."""
    finals = runs[runs["kind"] == "final"].sort_values("number")
    logs = pd.DataFrame({name: np.log(own["fid"].to_numpy()) for name, own in finals.groupby("variant")})
    # A run that diverged lies as far beyond the worst as that beyond the best, and the margin of 10 % more.
    low, high = logs.min().min(), logs.max().max()
    logs = logs.fillna(2 * high - low + math.log(1.1))
    floor = 0.7 * logs.std().mean()
    level = 0.05 * 36 / (36 + 22**2) / (len(logs.columns) - 1)
    best = logs.mean().idxmin()
    rows = []
    for name in logs.mean().sort_values().index:
        chances = [_chance(logs[name], logs[other], floor) for other in logs if other != name]
        interval = stats.ttest_ind(logs[name], logs[best], equal_var=False).confidence_interval(0.95)
        ends = np.exp([logs[name].mean() - logs[best].mean(), interval.low, interval.high])
        rows.append((name, "out" if min(chances) < level else "contender", *ends))
    return pd.DataFrame(rows, columns=["variant", "verdict", "factor", "low", "high"])


def _chance(one: pd.Series, other: pd.Series, floor: float) -> float:
    """Of a gap as large as this: Welch's, with no deviation below the floor in the error."""
    error = math.sqrt(sum(max(side.std(), floor) ** 2 for side in (one, other)) / len(one))
    freedom = (len(one) - 1) * (one.var() + other.var()) ** 2 / (one.var() ** 2 + other.var() ** 2)
    return float(stats.t.sf((one.mean() - other.mean()) / error, freedom))


def leaderboard(runs: pd.DataFrame, told: dict) -> list[list[str]]:
    """The rows of variants with final runs, as they should be printed."""
    finals = runs[(runs["kind"] == "final") & runs["fid"].notna()]
    groups = dict(list(finals.groupby("variant")))
    noise = told["baseline"]["test"]["noise"]["fid"]
    means = {score: finals.groupby("variant")[score].mean() for score in SCORES}
    return [_row(row, groups, runs, noise, means) for _, row in raced(runs).iterrows()]


SCORES = ("fid", "inception_score", "kid", "precision", "recall")


def _row(verdict, groups, runs, noise, means) -> list[str]:
    name = verdict["variant"]
    own, trials = groups[name], runs[(runs["variant"] == name) & (runs["kind"] == "trial")]
    cells = {s: f"{own[s].mean():.{decimals(means[s])}f} ± {own[s].std():.{decimals(means[s])}f}" for s in SCORES}
    fid = own["fid"]
    low, high = np.exp(stats.t.interval(0.95, len(fid) - 1, loc=np.log(fid).mean(), scale=stats.sem(np.log(fid))))
    places = decimals(means["fid"])
    share = 100 * fid.mean() / noise
    alone = ", of this pair alone" if verdict["verdict"] == "contender" and verdict["low"] > 1 else ""
    interval = "" if verdict["factor"] == 1 else f" ({verdict['low']:.2f} to {verdict['high']:.2f}{alone})"
    size = 812_000, 664_000
    seconds = runs[(runs["variant"] == name) & (runs["kind"] == "final")]["train_seconds"].mean()
    assert (own["generator_parameters"].iloc[0], own["discriminator_parameters"].iloc[0]) == size
    return [
        verdict["verdict"],
        name,
        cells["fid"],
        f"{verdict['factor']:.2f}{interval}",
        "6 seeds" if verdict["verdict"] == "out" else DASH,
        f"{stats.gmean(fid):.{places}f} [{low:.{places}f}, {high:.{places}f}]",
        f"{share:.{decimals(pd.Series([share])) - 1}f}",
        *(cells[score] for score in SCORES[1:]),
        str(len(own)),
        f"{seconds:.0f} s",
        "812k / 664k",
        *(f"{(trials['state'] == state).sum()}/{len(trials)}" for state in ("pruned", "diverged")),
    ]


def test_the_leaderboard(page: Tables, runs: pd.DataFrame, folder: Path) -> None:
    told = json.loads((folder / "protocol.json").read_text(encoding="utf-8"))
    head, *rows = page.rows["leaderboard"]
    notes = "1 of 6 final runs diverged"
    shown = [[cell.removesuffix(notes) for cell in row] for row in rows]
    expected = leaderboard(runs, told)
    assert shown[: len(expected)] == expected
    # Those without final scores have counts alone, and what is real or noise has scores alone.
    rest = {row[1]: row for row in rows[len(expected) :]}
    for name in ("lsgan", "gan-mlp", "wgan"):
        row = next(value for key, value in rest.items() if re.match(rf"{name}(no|$|\d)", key))
        trials = runs[(runs["variant"] == name) & (runs["kind"] == "trial")]
        counts = [f"{(trials['state'] == state).sum()}/{len(trials)}" if len(trials) else DASH
                  for state in ("pruned", "diverged")]  # fmt: skip
        assert row[-2:] == counts
        assert set(row[2:11]) <= {DASH, "0"}
    for kind in ("floor", "noise"):
        scores = told["baseline"]["test"][kind]
        row = next(value for key, value in rest.items() if key.startswith(kind))
        printed = [
            float(row[head.index(label)]) for label in head if label.split(" ")[0] in ("FID", "KID", "Precision")
        ]
        assert printed == pytest.approx([scores["fid"], scores["kid"], scores["precision"]], abs=0.05)


def test_the_headline(page: Tables, runs: pd.DataFrame) -> None:
    race, dcgan = raced(runs), runs[(runs["kind"] == "final") & (runs["variant"] == "dcgan")]["fid"]
    left = " and ".join(race.loc[race["verdict"] == "contender", "variant"])
    assert page.text["h1"][0] == (
        f"The race is not over: of {len(race)} variants raced {left} are left so far, after 6 seeds; lsgan and wgan "
        "are still to come"
    )
    out = race[race["verdict"] == "out"].iloc[0]
    assert page.text["p"][1] == (
        f"dcgan: FID {dcgan.mean():.1f} ± {dcgan.std():.1f} over 6 seeds. {out['variant']}: {out['factor']:.2f} times "
        f"as high (95 % interval {out['low']:.2f} to {out['high']:.2f}), out after 6 seeds."
    )


def test_the_race(folder: Path, runs: pd.DataFrame) -> None:
    course, race = pd.read_csv(folder / "race.csv"), raced(runs)
    assert course["variant"].tolist() == race["variant"].tolist()
    assert set(course["seeds"]) == {6}
    assert course["times"].tolist() == pytest.approx(race["factor"].tolist())
    dcgan = runs[(runs["kind"] == "final") & (runs["variant"] == "dcgan")]["fid"]
    assert course["score"].iloc[0] == pytest.approx(stats.gmean(dcgan))
    assert course["left"].tolist() == (race["verdict"] == "contender").tolist()
    told = pd.read_csv(folder / "answer.csv").iloc[0]
    assert (told["raced"], told["contenders"], told["seeds"], told["runs"]) == (3, 2, 6, 18)


def test_pairs(folder: Path, runs: pd.DataFrame) -> None:
    finals = runs[(runs["kind"] == "final") & runs["fid"].notna()].groupby("variant")["fid"]
    pairs = pd.read_csv(folder / "pairs.csv")
    assert len(pairs) == 3
    for _, row in pairs.iterrows():
        one, other = finals.get_group(row["one"]), finals.get_group(row["other"])
        test = stats.ttest_ind(np.log(other), np.log(one), equal_var=False)
        interval = test.confidence_interval(0.95)
        found = row[["difference", "effect", "low", "high", "p_value"]].astype(float).tolist()
        ratios = [stats.gmean(other) / stats.gmean(one), np.exp(interval.low), np.exp(interval.high)]
        assert row["scale"] == "ratio"
        assert found == pytest.approx([other.mean() - one.mean(), *ratios, test.pvalue])
        assert row["wins"] == pytest.approx(stats.mannwhitneyu(other, one).statistic / (len(one) * len(other)))


def test_found_hyperparameters(page: Tables, runs: pd.DataFrame) -> None:
    head, *rows = page.rows["found"]
    trials = runs[(runs["kind"] == "trial") & (runs["state"] == "complete")]
    best = trials.sort_values("fid").drop_duplicates("variant").set_index("variant")
    first = runs[(runs["kind"] == "trial") & (runs["number"] == 0)].set_index("variant")
    assert {row[0] for row in rows} == set(best.index)
    for row in rows:
        assert row[1] == str(best.loc[row[0], "number"])
        for heading, cell in zip(head[2:], row[2:], strict=True):
            name = "fid" if heading.startswith("FID") else heading
            value, paper = best.loc[row[0], name], first.loc[row[0], name]
            shown = cell.split(" ")
            assert (shown == [DASH]) == math.isnan(value)
            if not math.isnan(value):
                assert float(shown[0]) == pytest.approx(value, rel=5e-3)
                assert (float(shown[-1]) == pytest.approx(paper, rel=5e-3)) is True


def test_budget_curves(folder: Path, runs: pd.DataFrame) -> None:
    """By brute force: the mean of the best over all choices of n trials of dcgan, all of which were completed."""
    values = runs[(runs["variant"] == "dcgan") & (runs["kind"] == "trial")]["fid"].tolist()
    seconds = runs[(runs["variant"] == "dcgan") & (runs["kind"] == "trial")][["train_seconds", "score_seconds"]]
    curve = pd.read_csv(folder / "budget.csv").query("variant == 'dcgan'").set_index("trials")
    for n in (1, 2, 3):
        best = [min(chosen) for chosen in combinations(values, n)]
        assert curve.loc[n, "expected"] == pytest.approx(np.mean(best))
        assert curve.loc[n, "seconds"] == pytest.approx(n * seconds.sum(axis=1).mean())


def test_sensitivity(page: Tables, runs: pd.DataFrame) -> None:
    _, *rows = page.rows["sortable"]
    for name, near, drawn, diverged, ended in rows:
        trials = runs[(runs["variant"] == name) & (runs["kind"] == "trial")]
        lost = stats.binomtest(int((trials["state"] == "diverged").sum()), len(trials)).proportion_ci(method="wilson")
        share = (trials["state"] == "diverged").mean()
        assert diverged == f"{100 * share:.0f} % ({100 * lost.low:.0f} % to {100 * lost.high:.0f} %)"
        random = trials[trials["number"] > 0]
        assert (drawn, ended) == (str(len(random)), str(len(trials)))
        assert len(random) < 10
        assert near == DASH


def test_facts(page: Tables, runs: pd.DataFrame) -> None:
    facts = page.text["dd"][:6]
    states = runs["state"].value_counts()
    trials, finals = (runs["kind"] == "trial").sum(), (runs["kind"] == "final").sum()
    assert facts[0] == "digits"
    assert facts[2:4] == [f"{trials} of 18", f"{finals} of 30"]
    order = ("complete", "pruned", "diverged", "failed")
    assert facts[4] == ", ".join(f"{states[state]} {state}" for state in order if state in states)
    assert facts[5] == f"{runs['train_seconds'].sum() / 60:.0f} min"
