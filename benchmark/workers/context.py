"""What all cohorts of a study and split share in one worker."""

from dataclasses import dataclass, field
from pathlib import Path

import torch

from benchmark.datasets.catalog import LabelledImages, load_split
from benchmark.scoring.scorer import Scorer
from benchmark.spec import Budget
from benchmark.training.setup import TrainingSetup
from benchmark.workers.task import CohortTask
from ganzoo.variant import Variant


@dataclass(frozen=True)
class WorkerContext:
    """The data and the scorer of a study and split.

    Attributes:
        data: Training images and labels, on the device.
        scorer: Scores images against the split.
        recordings: The folder of recorded gradients.
    """

    data: LabelledImages
    scorer: Scorer
    recordings: Path
    _setups: dict[str, TrainingSetup] = field(default_factory=dict)

    @classmethod
    def of(cls, task: CohortTask) -> "WorkerContext":
        """The context that a task needs."""
        device = torch.device(task.device)
        spec = task.spec
        data = load_split(spec.dataset, spec.train_split, task.data, spec.resolution, task.content)
        scorer = Scorer.for_split(spec, task.split, task.data, task.cache, device, task.content)
        return cls(data.to(device), scorer, task.cache / "recordings")

    def setup(self, variant: Variant, budget: Budget) -> TrainingSetup:
        """What cohorts of a variant train on, the same for all of them."""
        if variant.name not in self._setups:
            size = budget.images_a_batch(variant.batch_size)
            self._setups[variant.name] = TrainingSetup.of(
                variant, self.data, size, budget.discriminator_steps, recordings=self.recordings
            )
        return self._setups[variant.name]
