"""What all cohorts of a study and split share in one worker."""

from dataclasses import dataclass, field
from pathlib import Path

import torch

from benchmark.datasets.catalog import LabelledImages, load_split
from benchmark.scoring.scorer import Scorer
from benchmark.spec import Spec
from benchmark.training.setup import TrainingSetup
from benchmark.workers.task import CohortTask
from ganzoo.variant import Variant


@dataclass(frozen=True)
class WorkerContext:
    """The data and the scorer of a study and split.

    Attributes:
        data: Training images and labels, on the device.
        scorer: Scores images against the split.
        cache: The folder of what is computed again when asked for.
    """

    data: LabelledImages
    scorer: Scorer
    cache: Path
    _setups: dict[str, TrainingSetup] = field(default_factory=dict)

    @classmethod
    def of(cls, task: CohortTask) -> "WorkerContext":
        """The context that a task needs."""
        device = torch.device(task.device)
        spec = task.spec
        data = load_split(spec.dataset, spec.train_split, task.data, spec.resolution, task.content)
        scorer = Scorer.for_split(spec, task.split, task.data, task.cache, device, task.content)
        return cls(data.to(device), scorer, task.cache)

    def setup(self, variant: Variant, spec: Spec) -> TrainingSetup:
        """What cohorts of a variant train on, the same for all of them."""
        if variant.name not in self._setups:
            self._setups[variant.name] = setup_of(spec, variant, self.data, self.cache)
        return self._setups[variant.name]


def setup_of(spec: Spec, variant: Variant, data: LabelledImages, cache: Path) -> TrainingSetup:
    """What members of a variant train on in a study.

    Args:
        spec: The study.
        variant: The variant.
        data: Training images and labels, on the device.
        cache: The folder of what is computed again when asked for.
    """
    size, steps = spec.budget.images_a_batch(variant.batch_size), spec.budget.discriminator_steps
    setup = TrainingSetup.of(variant, data, size, steps, recordings=cache / "recordings")
    return setup.compiled_in(cache / "compiled") if spec.cohort.gradients == "compiled" else setup
