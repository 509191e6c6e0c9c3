"""Studies as the tracker leaves them in MLflow, with simulated numbers."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from PIL import Image

from benchmark.digests import KEY, sealed_json
from benchmark.paths import Paths
from benchmark.records import RECORD_FILE, TAG_SPEC, TAG_VARIANT, Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Budget, Final, Spec
from benchmark.tracking import Tracker
from reports.analysis.leaderboard import leaderboard
from reports.records.load import StudyRecords, as_entrant, curves_frame, evals_frame, load, runs_frame
from reports.records.stored import StoredRun

PROTOCOL = Protocol("digits", 8, "validation", 449, 449, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")
BASELINE = {
    split: {
        "floor": {"fid": 13.0, "inception_score": 9.6, "kid": 0.001, "precision": 0.95, "recall": 0.95},
        "noise": {"fid": 1300.0, "inception_score": 1.4, "kid": 1.9, "precision": 0.0, "recall": 0.0},
    }
    for split in ("validation", "test")
}


@dataclass(frozen=True)
class Study:
    """Where a simulated study lies, and what was put there."""

    spec: Spec
    uri: str
    records: list[TrialRecord]

    def scores(self, variant: str, kind: str, score: str = "fid") -> list[float]:
        mine = [r for r in self.records if (r.config.variant, r.config.kind) == (variant, kind)]
        return [r.final_scores[score] for r in mine if r.final_scores]


def record(variant: str, kind: str, number: int, fid: float, state: str = "complete", setting: str = "") -> TrialRecord:
    """A run that ended at `fid`, on the way down from 20 times as much at the first of three rungs."""
    rng = np.random.default_rng([*variant.encode(), kind == "final", number])
    rate = 2e-4 if kind == "trial" and number == 0 else float(10 ** rng.uniform(-4, -3))
    hyperparameters = {"lr_generator": rate, "lr_discriminator": 2e-4, "beta1": 0.5, "beta2": 0.999, "n_critic": 1.0}
    if variant == "wgan-gp":
        hyperparameters |= {"penalty_weight": 10.0}
    steps = (250, 500, 1000) if state == "complete" else (250,)
    rungs = tuple(RungRecord(s, _scores(fid * (1000 / s) ** 1.1), f"step-{s:06d}.png") for s in steps)
    curves = {
        name: tuple((s, float(start + rng.normal(0, 0.05))) for s in range(10, steps[-1] + 1, 10))
        for name, start in {
            "loss_discriminator": 1.2,
            "loss_generator": 0.9,
            "output_real": 0.6,
            "output_fake": 0.4,
        }.items()
    }
    costs = {"train_seconds": 20 + number, "score_seconds": 2.0, "generator_parameters": 812_000}
    return TrialRecord(
        TrialConfig(variant, kind, number, 100 + number, hyperparameters, setting),  # type: ignore[arg-type]
        state,  # type: ignore[arg-type]
        replace(PROTOCOL, split="test" if kind in ("final", "paper") else "validation"),
        rungs,
        curves,
        costs | {"discriminator_parameters": 664_000, "discriminator_steps": steps[-1]},
        {"torch": "2.15.0", "device": "cpu"},
        "loss_discriminator is not finite at step 260" if state == "diverged" else "",
    )


def _scores(fid: float) -> dict[str, float]:
    quality = 1 / (1 + fid / 150)
    kid = fid / 700
    return {"fid": fid, "inception_score": 1.4 + 8 * quality, "kid": kid, "precision": quality, "recall": 0.9 * quality}


def draw(path: Path, noise: float, seed: int) -> None:
    """A grid of 8 by 8 pictures of 8 by 8 pixels: a ring each, under noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1:1:8j, -1:1:8j]
    ring = np.exp(-((np.hypot(x, y)[None] - rng.uniform(0.3, 0.9, (64, 1, 1))) ** 2) * 12)
    pixels = np.clip(255 * (ring + rng.normal(0, noise, ring.shape)), 0, 255).astype(np.uint8)
    grid = pixels.reshape(8, 8, 8, 8).transpose(0, 2, 1, 3).reshape(64, 64)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(grid).save(path)


def write_study(folder: Path, records: list[TrialRecord], spec: Spec) -> Study:
    """Let the tracker write records as a study does."""
    paths = Paths(folder, folder / "data")
    draw(folder / "real.png", 0.0, 0)
    uri = f"sqlite:///{paths.runs / 'mlflow.db'}"
    tracker = Tracker(spec, paths, uri, pytest.fail)
    tracker.start_study(PROTOCOL, BASELINE, folder / "real.png")
    for variant in dict.fromkeys(entry.config.variant for entry in records):
        tracker.on_variant_start(variant, {"architecture": "dcgan", "loss": "hinge", "reference": "a paper & <more>"})
    for seed, entry in enumerate(records):
        run_folder = folder / spec.name / entry.config.label
        for rung in entry.rungs:
            draw(run_folder / rung.samples, rung.scores["fid"] / 600, seed)
        tracker.on_run_start(entry.config, entry.protocol)
        tracker.on_run_end(entry, run_folder)
    tracker.on_study_end()
    return Study(spec, uri, records)


THREE_SEEDS, SIX_SEEDS = (Final(seeds=seeds, most_seeds=seeds) for seeds in (3, 6))


def small_spec(name: str, *variants: str, final: Final = THREE_SEEDS) -> Spec:
    budget = Budget(trials=3, discriminator_steps=1000, rungs=(250, 500, 1000))
    spec = Spec(name=name, dataset="digits", variants=variants or ("dcgan",), budget=budget, final=final)
    return spec.model_copy(update={"variants": variants})  # none, as no spec of a person's has


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def study(home: Path) -> Study:
    """dcgan and hinge close together, wgan-gp out, lsgan without finals, gan-mlp all diverged, wgan not begun."""
    records = [record("dcgan", "trial", n, fid) for n, fid in enumerate([60.0, 41.0, 52.0])]
    records += [record("dcgan", "final", n, fid) for n, fid in enumerate([40.0, 44.0, 42.0, 41.0, 43.0, 42.0])]
    records += [record("hinge", "trial", n, fid) for n, fid in enumerate([45.0, 70.0])]
    records += [record("hinge", "trial", 2, 400.0, "pruned")]
    records += [record("hinge", "final", n, fid) for n, fid in enumerate([46.0, 43.0, 44.5, 44.0, 45.0, 44.5])]
    records += [record("wgan-gp", "trial", n, fid) for n, fid in enumerate([150.0, 120.0, 130.0])]
    records += [record("wgan-gp", "final", n, fid) for n, fid in enumerate([121.0, 127.0, 122.0, 126.0, 124.0])]
    records += [record("wgan-gp", "final", 5, 900.0, "diverged")]
    records += [record("lsgan", "trial", 0, 80.0)]
    records += [record("gan-mlp", "trial", n, 1000.0, "diverged") for n in range(3)]
    variants = ("dcgan", "hinge", "wgan-gp", "lsgan", "gan-mlp", "wgan")
    return write_study(home, records, small_spec("small", *variants, final=SIX_SEEDS))


@pytest.fixture(scope="session")
def records(study: Study) -> StudyRecords:
    """The study, loaded."""
    return load(study.spec.study_id, study.uri)


@pytest.fixture(scope="session")
def board(records: StudyRecords) -> pd.DataFrame:
    return leaderboard(records)


@pytest.fixture(scope="session")
def make_record() -> Callable[..., TrialRecord]:
    return record


@pytest.fixture
def make_study(home: Path, request: pytest.FixtureRequest) -> Callable[[list[TrialRecord]], Study]:
    """Write a study of one's own; all share one database, as fresh ones take seconds."""

    def make(entries: list[TrialRecord]) -> Study:
        variants = dict.fromkeys(entry.config.variant for entry in entries)
        name = re.sub("[^a-z0-9]+", "-", request.node.name.removeprefix("test_"))[:60].strip("-")
        return write_study(home, entries, small_spec(name, *variants))

    return make


@pytest.fixture
def foreign(make_study: Callable[[list[TrialRecord]], Study]) -> StudyRecords:
    """A study whose search minimised a score of a metric that is not installed here: 2, 3 and 4 of three runs each."""
    runs = [(variant, kind, n) for variant in ("dcgan", "hinge") for kind in ("trial", "final") for n in range(3)]
    entries = [record(*run, fid=40.0 + run[2]) for run in runs]
    study = make_study([_with(entry, {"blur": 2.0 + entry.config.number}) for entry in entries])
    client = MlflowClient(study.uri)
    experiment = client.get_experiment_by_name(study.spec.study_id)
    spec = json.loads(experiment.tags[TAG_SPEC])
    spec["score"] |= {"metrics": ["blur"], "objective": "blur"}
    client.set_experiment_tag(experiment.experiment_id, TAG_SPEC, json.dumps(spec))
    return load(study.spec.study_id, study.uri)


def _with(entry: TrialRecord, scores: dict[str, float]) -> TrialRecord:
    return replace(entry, rungs=tuple(replace(rung, scores=rung.scores | scores) for rung in entry.rungs))


# What somebody may write into an MLflow that others make a report of: elements, attributes, a terminal's commands.
HOSTILE = (
    "\"'><script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>\n\x1b[2J$\\frac$ | "
    "[a](javascript:alert(1)) \\input{x} `b`</svg>"
)


@pytest.fixture(scope="session")
def hostile(home: Path) -> StudyRecords:
    """A study whose store says `HOSTILE` wherever it says anything: tags, parameters, messages, names of scores."""
    runs = [(variant, kind, n) for variant in ("dcgan", "hinge") for kind in ("trial", "final") for n in range(4)]
    entries = [record(*run, fid=40.0 + 3 * run[2] + 9 * (run[0] == "hinge")) for run in runs]
    study = write_study(home, entries, small_spec("hostile", "dcgan", "hinge", final=Final(seeds=4, most_seeds=4)))
    client = MlflowClient(study.uri)
    experiment = client.get_experiment_by_name(study.spec.study_id)
    for run in client.search_runs([experiment.experiment_id], max_results=999):
        client.set_tag(run.info.run_id, TAG_VARIANT, run.data.tags[TAG_VARIANT] + HOSTILE)
        client.log_param(run.info.run_id, "penalty", HOSTILE)
        file = Path(url2pathname(urlparse(run.info.artifact_uri).path), RECORD_FILE)
        if file.is_file():
            poisoned = _poisoned(json.loads(file.read_text(encoding="utf-8")))
            file.write_text(sealed_json(json.dumps(poisoned)), encoding="utf-8")
    spec = json.loads(experiment.tags[TAG_SPEC])
    spec |= {"dataset": HOSTILE, "variants": [f"{name}{HOSTILE}" for name in spec["variants"]]}
    client.set_experiment_tag(experiment.experiment_id, TAG_SPEC, json.dumps(spec))
    return load(study.spec.study_id, study.uri)


def _poisoned(record: dict[str, Any]) -> dict[str, Any]:
    rungs = [rung | {"scores": rung["scores"] | {HOSTILE: 1.0}} for rung in record["rungs"]]
    protocol = record["protocol"] | {"dataset": HOSTILE, "extractor": HOSTILE}
    environment = {"torch": HOSTILE, "code": HOSTILE, HOSTILE: HOSTILE}
    record.pop(KEY)  # the digest of what it was
    record["assignment"]["variant"] += HOSTILE
    return record | {"rungs": rungs, "protocol": protocol, "environment": environment, "message": HOSTILE}


@pytest.fixture(scope="session")
def in_memory() -> Callable[..., StudyRecords]:
    """What would be loaded of these records, without samples."""

    def gather(entries: list[TrialRecord], final: Final = THREE_SEEDS) -> StudyRecords:
        stored = [
            as_entrant(StoredRun(e.config.variant, e.config.kind, e.config.number, e.state, {}, {}, "", 0, e))
            for e in entries
        ]
        spec = small_spec("memory", *dict.fromkeys(e.config.variant for e in entries), final=final)
        protocols = {run.kind: run.record.protocol for run in stored if run.record}
        frames = (runs_frame(stored), evals_frame(stored), curves_frame(stored))
        shown = {run.variant: (run.kind, run.number) for run in stored}
        return StudyRecords(spec.study_id, spec, *frames, {}, protocols, BASELINE, shown, {}, None, {})

    return gather


@pytest.fixture
def write_stores(tmp_path: Path) -> Callable[[list[list[TrialRecord]]], list[Study]]:
    """One study in several stores, each with a folder of runs of its own."""

    def write(machines: list[list[TrialRecord]]) -> list[Study]:
        names = dict.fromkeys(entry.config.variant for entries in machines for entry in entries)
        homes = [tmp_path / f"machine-{number}" for number in range(len(machines))]
        for home in homes:
            home.mkdir()
        return [write_study(home, own, small_spec("shared", *names)) for home, own in zip(homes, machines, strict=True)]

    return write
