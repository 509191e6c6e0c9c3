"""How the members of a cohort are trained together."""

from benchmark.training.graphs import GraphTrainer
from benchmark.training.group import Group
from benchmark.training.lesson import Lesson
from benchmark.training.step import Trainer, Update, update_in_parallel, update_together

# Looped members are given to a trainer each, which then has a group of one.
UPDATES: dict[str, Update] = {
    "looped": update_together,
    "stacked": update_together,
    "parallel": update_in_parallel,
    "channels-last": update_in_parallel,
}


def trainer_of(lesson: Lesson, group: Group, method: str) -> Trainer:
    """The trainer of a group.

    Args:
        lesson: What the members train on.
        group: The members.
        method: A name in `UPDATES`.
    """
    lesson = lesson.in_channels_last if method == "channels-last" else lesson
    kind = GraphTrainer if group.generator.weights.is_cuda else Trainer
    return kind(lesson, group, UPDATES[method])
