"""How the members of a cohort are trained together."""

from benchmark.training.cuda_graphs import GraphTrainer
from benchmark.training.replay import ReplayTrainer
from benchmark.training.setup import TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.step import Trainer, Update, update_in_parallel, update_together

# Looped members are given to a trainer each, which then has a group of one.
UPDATES: dict[str, Update] = {
    "looped": update_together,
    "stacked": update_together,
    "parallel": update_in_parallel,
    "channels-last": update_in_parallel,
}


def trainer_of(setup: TrainingSetup, stacked: StackedMembers, method: str) -> Trainer:
    """The trainer of a group.

    Args:
        setup: What the members train on.
        stacked: The members.
        method: A name in `UPDATES`.
    """
    setup = setup.in_channels_last if method == "channels-last" else setup
    if stacked.generator.weights.is_cuda:
        return GraphTrainer(setup, stacked, UPDATES[method])
    kind = ReplayTrainer if len(stacked) == 1 else Trainer
    return kind(setup, stacked, UPDATES[method])
