"""The spine in a worker: what a cohort leaves behind."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
import torch
from cohort_tasks import decisive, run
from PIL import Image
from safetensors.torch import load_file
from torch.testing import assert_close
from torchvision.transforms.functional import pil_to_tensor

from benchmark.environment import PACKAGES, installed
from benchmark.records import (
    COSTS,
    CURVES,
    DISCRIMINATOR_FILE,
    GENERATOR_FILE,
    TrialRecord,
)
from benchmark.workers.context import WorkerContext
from benchmark.workers.task import RungReport, folder_of
from ganzoo.registry import find_variant

pytestmark = pytest.mark.usefixtures("worker_arithmetic")
NAMES = {
    "fid",
    "inception_score",
    "inception_score_std",
    "kid",
    "kid_std",
    "precision",
    "recall",
    "precision_recall_f_score",
}


def pixels(path: Path) -> torch.Tensor:
    with Image.open(path) as picture:
        return pil_to_tensor(picture).int()


def test_a_complete_record_holds_all_that_was_measured(task: Any, context: WorkerContext) -> None:
    asked = task("dcgan", {"n_critic": 2.0})
    record = run(asked, context)[0]
    assert record == TrialRecord.read(folder_of(asked, asked.configs[0]))
    assert record.config == asked.configs[0]
    assert (record.state, record.message) == ("complete", "")
    assert [(rung.step, rung.samples) for rung in record.rungs] == [(10, "step-000010.png"), (20, "step-000020.png")]
    for rung in record.rungs:
        assert rung.scores.keys() == NAMES
        assert all(map(isfinite, rung.scores.values()))
    assert record.final_scores == record.rungs[1].scores
    assert record.protocol == context.scorer.protocol
    assert (record.protocol.dataset, record.protocol.split, record.protocol.real_images) == (
        "digits",
        "validation",
        450,
    )
    assert (record.protocol.generated_images, record.protocol.resolution) == (64, 8)


def test_curves_have_a_point_for_each_update_of_a_short_run(task: Any, context: WorkerContext) -> None:
    """Of 20 steps and a generator update after every second."""
    curves = run(task("dcgan", {"n_critic": 2.0}), context)[0].curves
    assert curves.keys() == CURVES.keys()
    every, second = list(range(1, 21)), list(range(2, 21, 2))
    expected = dict.fromkeys(CURVES, every) | {"loss_generator": second}
    assert {name: [step for step, _ in points] for name, points in curves.items()} == expected
    assert all(isfinite(value) for points in curves.values() for _, value in points)
    assert all(0 <= value <= 1 for name in ("output_real", "output_fake") for _, value in curves[name])


@pytest.mark.parametrize(("n_critic", "generator_steps"), [(1.0, 20), (2.0, 10), (5.0, 4), (0.5, 40), (8.0, 2)])
def test_costs_count_updates_images_and_parameters(
    n_critic: float, generator_steps: int, task: Any, context: WorkerContext
) -> None:
    asked = task("gan-shallow", {"n_critic": n_critic})
    costs = run(asked, context)[0].costs
    assert costs.keys() == COSTS.keys()
    assert costs["discriminator_steps"] == 20
    assert costs["generator_steps"] == generator_steps
    assert costs["images_seen"] == 20 * 16
    folder = folder_of(asked, asked.configs[0])
    for player, file in (("generator", GENERATOR_FILE), ("discriminator", DISCRIMINATOR_FILE)):
        assert costs[f"{player}_parameters"] == sum(value.numel() for value in load_file(folder / file).values())
    assert costs["train_seconds"] > 0
    assert costs["score_seconds"] > 0


def test_the_environment_is_recorded(task: Any, context: WorkerContext) -> None:
    environment = run(task("gan-shallow", {}), context)[0].environment
    assert (environment["device_type"], environment["method"], environment["precision"]) == ("cpu", "looped", "float32")
    assert {name: environment[name] for name in PACKAGES} == {name: installed(name) for name in PACKAGES}


def test_how_gradients_were_computed_is_recorded(task: Any, context: WorkerContext, tmp_path: Path) -> None:
    """Twenty updates are too few to record them; those who have the patience for none play them back."""
    fresh = WorkerContext(context.data, context.scorer, tmp_path)
    assert run(task("gan-shallow", {}), fresh)[0].environment["gradients"] == "autograd"
    asked = task("gan-minimax", {})
    setup = fresh.setup(find_variant("gan-minimax"), asked.spec)
    fresh._setups["gan-minimax"] = replace(setup, patience=0)
    assert run(asked, fresh)[0].environment["gradients"] == "recorded"
    players = {path.name.rpartition("-")[0] for path in tmp_path.glob("recordings/*.safetensors")}
    assert players == {"gan-minimax-generator", "gan-minimax-discriminator"}


def test_grids_are_pictures_of_64_images(task: Any, context: WorkerContext) -> None:
    asked = task("gan-shallow", {})
    run(asked, context)
    for step in (10, 20):
        with Image.open(folder_of(asked, asked.configs[0]) / f"step-{step:06d}.png") as picture:
            # 8 x 8 digits magnified to 32 x 32, with 2 pixels around each.
            assert (picture.size, picture.mode) == ((8 * 34 + 2, 8 * 34 + 2), "RGB")


def test_a_pruned_member_ends_at_its_rung_and_the_other_goes_on_as_if_alone(task: Any, context: WorkerContext) -> None:
    members = {}, {"lr_generator": 1e-3}
    asked = task("wgan", *members)
    told = []

    def report(reports: Sequence[RungReport]) -> frozenset[int]:
        told.append([(r.config.number, r.rung.step, len(r.curves["output_real"])) for r in reports])
        return frozenset({0}) if reports[0].rung.step == 10 else frozenset()

    records = run(asked, context, report)
    assert told == [[(0, 10, 10), (1, 10, 10)], [(1, 20, 20)]]
    assert (records[0].state, [rung.step for rung in records[0].rungs]) == ("pruned", [10])
    assert records[0].final_scores == {}
    assert records[0].costs["discriminator_steps"] == 10
    assert records[0].costs["generator_steps"] == 2
    left = {path.name for path in folder_of(asked, asked.configs[0]).iterdir()}
    assert left == {"record.json", "step-000010.png"}
    alone = task("wgan", *members, work="alone")
    expected = run(replace(alone, configs=alone.configs[1:]), context)[1]
    assert decisive(records[1]) == decisive(expected)


@pytest.mark.parametrize("method", ["looped", "stacked", "parallel"])
def test_a_member_that_diverges_ends_alone(method: str, task: Any, context: WorkerContext) -> None:
    members = {}, {"lr_generator": 1e38, "lr_discriminator": 1e38}
    records = run(task("gan-shallow", *members, method=method), context)
    assert records[1].state == "diverged"
    assert records[1].rungs == ()
    assert records[1].final_scores == {}
    assert records[0].state == "complete"
    alone = task("gan-shallow", *members, method=method, work="alone")
    expected = run(replace(alone, configs=alone.configs[:1]), context)[0]
    for one, other in zip(records[0].rungs, expected.rungs, strict=True):
        # Two members stacked and one alone differ by rounding.
        assert_close(one.scores, other.scores, rtol=1e-3, atol=1e-4)


def test_costs_of_a_member_that_diverged_end_where_it_did(task: Any, context: WorkerContext) -> None:
    """Whoever trains beside it."""
    diverging = {"lr_generator": 1e38, "lr_discriminator": 1e38}
    alone = run(task("gan-shallow", diverging, work="alone"), context)[0]
    assert alone.costs["discriminator_steps"] < 10
    beside = run(task("gan-shallow", diverging, {}), context)[0]
    # Its curves hold NaN, which equals nothing.
    assert decisive(replace(beside, curves={})) == decisive(replace(alone, curves={}))


@pytest.mark.parametrize(
    ("method", "device", "together"),
    [
        ("auto", "cpu", False),
        ("looped", "cpu", False),
        ("stacked", "cpu", True),
        ("parallel", "cpu", True),
        ("auto", "cuda", True),
        ("auto", "cuda:1", True),
        ("looped", "cuda", True),
    ],
)
def test_members_share_a_process_on_a_gpu_or_where_they_train_in_one_program(
    method: str, device: str, together: bool, task: Any
) -> None:
    assert replace(task("dcgan", {}, method=method), device=device).together is together


def test_methods_differ_by_rounding(task: Any, context: WorkerContext) -> None:
    members = {}, {"lr_generator": 1e-3}
    runs = partial(run, context=context)
    looped = runs(task("gan-shallow", *members, method="looped", work="looped"))
    assert {record.environment["method"] for record in looped.values()} == {"looped"}
    for method in ("stacked", "parallel"):
        together = runs(task("gan-shallow", *members, method=method, work=method))
        for number, record in together.items():
            assert record.environment["method"] == method
            assert_close(record.final_scores, looped[number].final_scores, rtol=1e-3, atol=1e-4)


def test_members_of_auto_are_looped_on_a_cpu(task: Any, context: WorkerContext) -> None:
    records = run(task("gan-shallow", {}, {}, method="auto"), context)
    assert {record.environment["method"] for record in records.values()} == {"looped"}
