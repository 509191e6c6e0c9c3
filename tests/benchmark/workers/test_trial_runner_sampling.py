"""What a run samples: the networks that it scores are those that it saves, averaged where the variant says so."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from cohort_tasks import run
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor
from torchvision.transforms.functional import pil_to_tensor

from benchmark.artifacts.grids import write_grid
from benchmark.artifacts.weights import SavedGenerator, read_generator
from benchmark.pixels import to_uint8
from benchmark.records import GENERATOR_FILE, LATENTS_FILE
from benchmark.training.cohort import Cohort
from benchmark.training.random_streams import Streams
from benchmark.training.sampling import Inputs, InputSource, generate
from benchmark.workers.context import WorkerContext
from benchmark.workers.task import CohortTask, folder_of
from ganzoo.registry import find_variant

pytestmark = pytest.mark.usefixtures("worker_arithmetic")

AVERAGED = "mlp+hinge+ema"


def saved_by(task: CohortTask) -> tuple[SavedGenerator, Path]:
    folder = folder_of(task, task.configs[0])
    return read_generator(folder / GENERATOR_FILE), folder


def trained(task: CohortTask, context: WorkerContext) -> Cohort:
    """The task's cohort once more, without what a run does beside training."""
    setup = context.setup(find_variant(task.configs[0].variant), task.spec)
    assert (setup.batch_size, setup.steps) == (16, 20)
    cohort = Cohort(setup, task.configs, 20, "looped")
    cohort.advance(20)
    return cohort


def scored_inputs(task: CohortTask, context: WorkerContext, cohort: Cohort) -> Inputs:
    streams = Streams(task.configs[0].seed, torch.device("cpu"))
    return InputSource(cohort.model, context.data.labels, streams).draw("score", 64)


def never_averaged(task: CohortTask) -> CohortTask:
    score = task.spec.score.model_copy(update={"averaging": "off"})
    return replace(task, spec=task.spec.model_copy(update={"score": score}))


def flat(parameters: Any) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in parameters])


@pytest.mark.parametrize("variant", ["dcgan", "sngan", "gan-mlp-dropout", "cgan-pd", AVERAGED])
def test_saved_weights_draw_the_stored_grid_again(
    variant: str, task: Any, context: WorkerContext, tmp_path: Path
) -> None:
    asked = task(variant, {})
    run(asked, context)
    saved, folder = saved_by(asked)
    stored = load_file(folder / LATENTS_FILE)
    inputs = tuple(stored[name] for name in ("latents", "labels") if name in stored)
    assert stored["latents"].shape == (64, saved.variant.latent_size)
    assert len(inputs) == 1 + saved.variant.architecture.conditional
    write_grid(to_uint8(generate(saved.module, inputs)), tmp_path / "again.png")
    with Image.open(tmp_path / "again.png") as one, Image.open(folder / "step-000020.png") as other:
        again, drawn = pil_to_tensor(one).int(), pil_to_tensor(other).int()
    # Training may use other kernels than whoever loads the weights: then a pixel in ten thousand is rounded elsewhere.
    assert (again - drawn).abs().max() <= 1
    assert (again != drawn).float().mean() < 1e-3
    assert drawn.float().std() > 5


@pytest.mark.parametrize("variant", ["dcgan", "cgan-pd", AVERAGED])
def test_saved_weights_score_as_the_record_says(variant: str, task: Any, context: WorkerContext) -> None:
    """Batch norm's statistics of scoring are the ones that are saved, and so are averaged weights."""
    asked = task(variant, {})
    record = run(asked, context)[0]
    saved, _ = saved_by(asked)
    inputs = scored_inputs(asked, context, trained(asked, context))
    scores = context.scorer.score(to_uint8(generate(saved.module, inputs)))
    assert scores == pytest.approx(record.final_scores, rel=1e-4)


def test_labels_of_the_grid_are_drawn_from_the_data(task: Any, context: WorkerContext) -> None:
    asked = task("cgan-pd", {})
    run(asked, context)
    _, folder = saved_by(asked)
    source = InputSource(trained(asked, context).model, context.data.labels, Streams(100, torch.device("cpu")))
    assert torch.equal(load_file(folder / LATENTS_FILE)["labels"], source.draw("grid", 64)[1])


def test_averaged_weights_are_saved_where_the_variant_has_them(task: Any, context: WorkerContext) -> None:
    asked = task(AVERAGED, {})
    run(asked, context)
    cohort = trained(asked, context)
    averaged, _ = cohort.modules(cohort.members[0], averaged=True)
    saved, _ = saved_by(asked)
    assert torch.equal(flat(saved.module.parameters()), flat(averaged.parameters()))


def test_averaged_weights_are_never_sampled_if_the_spec_says_off(task: Any, context: WorkerContext) -> None:
    with_average, without = task(AVERAGED, {}), never_averaged(task(AVERAGED, {}, work="off"))
    scores = [run(asked, context)[0].rungs for asked in (with_average, without)]
    cohort = trained(without, context)
    last, _ = cohort.modules(cohort.members[0], averaged=False)
    saved, _ = saved_by(without)
    assert torch.equal(flat(saved.module.parameters()), flat(last.parameters()))
    assert not torch.equal(flat(saved.module.parameters()), flat(saved_by(with_average)[0].module.parameters()))
    for one, other in zip(*scores, strict=True):
        assert one.scores["fid"] != other.scores["fid"]


def test_a_variant_without_averages_is_sampled_alike(task: Any, context: WorkerContext) -> None:
    usual, never = task("gan-shallow", {}), never_averaged(task("gan-shallow", {}, work="off"))
    assert run(usual, context)[0].rungs == run(never, context)[0].rungs


def test_modules_of_a_member_by_hand(task: Any, context: WorkerContext) -> None:
    """Of a variant with averages and of one without."""
    for variant, differ in ((AVERAGED, True), ("gan-mlp", False)):
        cohort = trained(task(variant, {}), context)
        (member,), layout = cohort.members, cohort.model.generator.layout
        for averaged in (True, False):
            source = cohort.stacked.generator.average if averaged and differ else cohort.stacked.generator.weights
            generator, discriminator = cohort.modules(member, averaged=averaged)
            assert torch.equal(layout.flatten(generator), source[0])
            assert torch.equal(
                cohort.model.discriminator.layout.flatten(discriminator), cohort.stacked.discriminator.weights[0]
            )
