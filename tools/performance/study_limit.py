"""How near a whole study comes to what the cores can do: its operations at the rate of a large matrix product."""

from pathlib import Path

import pandas as pd
import torch

from benchmark.datasets.catalog import load_split
from benchmark.environment import cores
from benchmark.records import TrialConfig
from benchmark.spec import Spec
from benchmark.training.setup import TrainingSetup
from ganzoo.registry import find_variant
from tools.performance.limits import Work, limits, work_of_a_step
from tools.performance.plain_loop import PlainLoop

CPU = torch.device("cpu")


def seconds_at_the_limit(runs: pd.DataFrame, spec: Spec, data: Path) -> float:
    """What a study's training takes on all cores, were all of it one large matrix product.

    Args:
        runs: A row a run: variant, discriminator_steps, generator_steps.
        spec: The study.
        data: The data folder.
    """
    updates = runs.groupby("variant", sort=False)[["discriminator_steps", "generator_steps"]].sum()
    operations = 0.0
    for name, row in updates.iterrows():
        discriminating, generating = work_of_players(str(name), spec, data)
        operations += row["discriminator_steps"] * discriminating.operations
        operations += row["generator_steps"] * generating.operations
    return operations / limits(CPU).operations / cores()


def work_of_players(name: str, spec: Spec, data: Path) -> tuple[Work, Work]:
    """What an update of a variant's discriminator, and one of its generator, ask for as their layers are written."""
    variant = find_variant(name)
    images = load_split(spec.dataset, spec.train_split, data, spec.resolution)
    setup = TrainingSetup.of(variant, images, spec.budget.images_a_batch(variant.batch_size), steps=10**9)
    # The generator's turn comes after every second update.
    config = TrialConfig(name, "trial", 0, spec.seed, variant.defaults.present() | {"n_critic": 2.0})
    loop = PlainLoop(setup, config)
    alone = work_of_a_step(loop.advance, 0)
    both = work_of_a_step(loop.advance, 1)
    return alone, Work(both.operations - alone.operations, both.moved - alone.moved)
