"""Which update each method stands for, and on which images it trains."""

from collections.abc import Callable

import pytest
import torch

from benchmark.training.cohort import Cohort
from benchmark.training.replay import ReplayTrainer
from benchmark.training.step import Trainer, update_in_parallel, update_together
from benchmark.training.trainers import UPDATES, trainer_of


def test_every_method_of_a_spec_but_auto_is_there() -> None:
    assert {
        "looped": update_together,
        "stacked": update_together,
        "parallel": update_in_parallel,
        "channels-last": update_in_parallel,
    } == UPDATES


def test_on_a_cpu_a_member_alone_plays_recordings_back(configs: Callable, cohort: Callable[..., Cohort]) -> None:
    alone = cohort(configs("dcgan")[:1], method="looped")
    assert {type(trainer_of(alone.setup, alone.stacked, method)) for method in UPDATES} == {ReplayTrainer}


@pytest.mark.parametrize("method", UPDATES)
def test_on_a_cpu_a_plain_trainer_updates_the_members_in_place(
    method: str, configs: Callable, cohort: Callable[..., Cohort]
) -> None:
    members = cohort(configs("dcgan")[:2], method=method)
    before = members.stacked.generator.weights.clone()
    trainer = trainer_of(members.setup, members.stacked, method)
    assert type(trainer) is Trainer
    assert trainer.stacked is members.stacked
    trainer.train(1)
    # At n_critic 1 and 2: only the first member's generator has had its turn.
    changed = (members.stacked.generator.weights != before).any(1)
    assert torch.equal(changed, torch.tensor([True, False]))


def test_only_channels_last_lays_images_out_anew(configs: Callable, cohort: Callable[..., Cohort]) -> None:
    members = cohort(configs("dcgan")[:1], method="looped")
    setups = {method: trainer_of(members.setup, members.stacked, method).setup for method in UPDATES}
    assert all(setups[method] is members.setup for method in ("looped", "stacked", "parallel"))
    assert setups["channels-last"] is members.setup.in_channels_last
