"""What all cohorts of a study and split share: loaded once, the right data, the right scorer."""

from collections.abc import Callable

import torch

from benchmark.datasets.catalog import load_split
from benchmark.spec import Budget, Spec
from benchmark.workers.context import WorkerContext
from benchmark.workers.task import CohortTask
from ganzoo.registry import find_variant


def test_it_trains_on_the_train_split_and_scores_against_the_task_s(
    context: WorkerContext, task: Callable[..., CohortTask]
) -> None:
    asked = task("dcgan", {})
    train, validation = (load_split("digits", split, asked.data) for split in ("train", "validation"))
    assert torch.equal(context.data.images, train.images)
    assert torch.equal(context.data.labels, train.labels)
    assert context.scorer.protocol.split == "validation"
    assert context.scorer.protocol.real_images == len(validation.images)
    assert context.scorer.protocol.generated_images == asked.spec.score.images
    assert torch.equal(context.scorer.real.images, validation.images)


def test_a_variant_s_setup_is_made_once(context: WorkerContext, tiny: Spec) -> None:
    dcgan, wgan = find_variant("dcgan"), find_variant("wgan")
    first = context.setup(dcgan, tiny)
    assert context.setup(dcgan, tiny) is first
    assert context.setup(wgan, tiny) is not first
    assert first.data is context.data
    assert (first.batch_size, first.steps) == (tiny.budget.batch_size, tiny.budget.discriminator_steps)


def test_a_batch_may_have_the_paper_s_size(context: WorkerContext, tiny: Spec) -> None:
    fresh = WorkerContext(context.data, context.scorer, context.cache)
    paper = tiny.model_copy(update={"budget": Budget(batch_size="paper", discriminator_steps=5)})
    setup = fresh.setup(find_variant("gan-minimax"), paper)
    assert (setup.batch_size, setup.steps) == (100, 5)
