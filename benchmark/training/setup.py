"""What members train on: networks, data, how much of both, and what chance gives to each update."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

import torch
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.names import slug
from benchmark.training.compiled_gradients import CompiledGradients
from benchmark.training.gradients import Objective, Tree, each
from benchmark.training.model import ImageShape, Model
from benchmark.training.objectives import StepInputs, StepOutputs, discriminator_objective, generator_objective
from benchmark.training.programs.code import code_digest
from benchmark.training.programs.compiled_shelf import CompiledShelf
from benchmark.training.programs.shelf import Shelf
from benchmark.training.random_streams import Streams
from benchmark.training.recording import LONG_TRAINING, PATIENCE, RecordedGradients
from ganzoo.variant import Variant

# Updates whose random inputs are drawn at once, and the pixels that these may have: a draw costs a GPU a kernel launch,
# and a CPU a generator's seeding.
MOST_AHEAD = 32
PIXELS_AHEAD = 2**22
# How gradients are computed, the slowest first.
PATHS = ("autograd", "recorded", "compiled")

Gradients = RecordedGradients | CompiledGradients
Noise = Callable[[Tensor, torch.Generator], Tensor]
PlayerObjective = Callable[[Model, Tensor, StepInputs], tuple[Tensor, StepOutputs]]
OBJECTIVES: dict[str, PlayerObjective] = {
    "discriminator": discriminator_objective,
    "generator": generator_objective,
}


@dataclass(frozen=True)
class UpdateSchedule:
    """How the two players of a member take turns.

    Attributes:
        every: Discriminator updates before the generator's turn.
        updates: Generator updates in that turn.
    """

    every: int
    updates: int

    def generator_updates(self, steps: int) -> int:
        """Generator updates in the first `steps` discriminator steps."""
        return steps // self.every * self.updates

    def step(self, player: str, update: int) -> int:
        """The discriminator step, from 0, in which a player makes its update number `update`, from 0."""
        return update if player == "discriminator" else (update // self.updates + 1) * self.every - 1


@dataclass(frozen=True)
class TrainingSetup:
    """What members of a cohort train on.

    Attributes:
        model: The networks and the variant.
        data: Training images and labels, on the members' device.
        batch_size: Images a batch.
        steps: Discriminator updates in the whole run.
        patience: Updates of one member before its gradients are recorded.
        shelf: Where these recordings are kept for other processes, if anywhere.
        compiled: Where they are kept as machine code, if they are to be compiled.
        methods: What was measured to be the fastest method, by number of members.
    """

    model: Model
    data: LabelledImages
    batch_size: int
    steps: int
    patience: int = PATIENCE
    shelf: Shelf | None = None
    compiled: CompiledShelf | None = None
    methods: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        variant: Variant,
        data: LabelledImages,
        batch_size: int,
        steps: int,
        dtype: torch.dtype = torch.float32,
        recordings: Path | None = None,
    ) -> "TrainingSetup":
        """The setup of a variant.

        Args:
            variant: The variant.
            data: Training images and labels, on the members' device.
            batch_size: Images a batch.
            steps: Discriminator updates in the whole run.
            dtype: Of weights and images.
            recordings: A folder where recorded gradients are kept for other processes.
        """
        patience = 0 if steps >= LONG_TRAINING else PATIENCE
        code = code_digest(variant, cls) if recordings else None
        shelf = Shelf(recordings, code) if recordings and code else None
        return cls(Model.of(variant, ImageShape.of(data), dtype), data, batch_size, steps, patience, shelf)

    def compiled_in(self, folder: Path) -> "TrainingSetup":
        """The same setup with gradients as machine code, kept in a folder; itself if its code is not all in files."""
        return replace(self, compiled=CompiledShelf(folder, self.shelf.code)) if self.shelf else self

    def progress(self, step: int) -> float:
        """The share of training that is done before discriminator step `step`, in [0, 1)."""
        return step / self.steps

    def objective(self, player: str) -> Objective:
        """What a player of one member minimises."""
        return partial(OBJECTIVES[player], self.model)

    @cached_property
    def recorded(self) -> dict[str, Gradients]:
        """The gradients of one member alone, by player; shared by all members that this setup is given to."""
        return {player: self._gradients(player) for player in OBJECTIVES}

    def _gradients(self, player: str) -> Gradients:
        name, objective = f"{slug(self.model.variant.name)}-{player}", self.objective(player)
        recorded = RecordedGradients(objective, self.patience, name, self.shelf)
        return CompiledGradients(objective, name, self.compiled, recorded) if self.compiled else recorded

    @property
    def gradients(self) -> str:
        """How a member alone gets its gradients by now, in the words of `PATHS`; of its players' the slower."""
        return min((each.path for each in self.recorded.values()), key=PATHS.index)

    @cached_property
    def in_channels_last(self) -> "TrainingSetup":
        """The same setup for networks that compute on another layout of images."""
        model = Model.of(self.model.variant, self.model.shape, self.model.dtype, channels_last=True)
        return replace(self, model=model, shelf=None, compiled=None)

    @cached_property
    def ahead(self) -> int:
        """Updates whose random inputs are drawn at once."""
        shape = self.model.shape
        return max(1, min(MOST_AHEAD, PIXELS_AHEAD // (self.batch_size * shape.channels * shape.resolution**2)))

    def reads_images(self, player: str) -> bool:
        """Whether a player's update looks at real images."""
        return player == "discriminator" or self.model.variant.loss.relativistic

    def draw(self, player: str, streams: Streams, update_schedule: UpdateSchedule, chunk: int) -> Tree:
        """The random inputs of one player's updates from number `chunk * ahead` on, and what its schedule says.

        Args:
            player: "generator" or "discriminator", whose numbers are independent of each other.
            streams: The member's random numbers.
            update_schedule: Its pace.
            chunk: From 0.

        Returns:
            Tensors (ahead, ...) by name, a row an update: batch (N,), the images and labels that it reads, or (0,);
            latents (N, latent_size); noise (N, ...) by name; key (), of dropout; progress (); factor (), of the
            learning rate.
        """
        variant, shape = self.model.variant, self.model.shape
        count, device = self.ahead * self.batch_size, self.data.images.device
        # Noise may ask for the number and shape of the images; a chunk of images would be too much to gather for that.
        images = torch.zeros((), dtype=self.model.dtype, device=device)
        images = images.expand(count, shape.channels, shape.resolution, shape.resolution)
        latents = (count, variant.latent_size)
        drawn = {
            "batch": self._batches(player, streams, chunk),
            "latents": variant.prior.sample(latents, streams.at(f"latents-{player}", chunk), self.model.dtype),
            "noise": {
                name: noise(images, streams.at(f"{name}-{player}", chunk))
                for name, noise in self._noises[player].items()
            },
        }
        keys = torch.randint(2**31, (self.ahead,), generator=streams.at(f"key-{player}", chunk), device=device)
        return each(self._by_update, drawn) | {"key": keys} | self._schedule(player, update_schedule, chunk)

    def _batches(self, player: str, streams: Streams, chunk: int) -> Tensor:
        """Indices (ahead * N,) of images and labels; (0,) where the update reads neither."""
        if self.reads_images(player) or self.model.variant.architecture.conditional:
            return streams.batch(f"order-{player}", chunk, self.ahead * self.batch_size, len(self.data.images))
        return torch.zeros(0, dtype=torch.int64, device=self.data.images.device)

    def _by_update(self, drawn: Tensor) -> Tensor:
        return drawn.view(self.ahead, len(drawn) // self.ahead, *drawn.shape[1:])

    def _schedule(self, player: str, update_schedule: UpdateSchedule, chunk: int) -> Tree:
        updates = range(chunk * self.ahead, (chunk + 1) * self.ahead)
        shares = [self.progress(update_schedule.step(player, update)) for update in updates]
        factors = [self.model.variant.schedule.factor(share) for share in shares]
        device = self.data.images.device
        return {
            "progress": torch.tensor(shares, dtype=torch.float64, device=device),
            "factor": torch.tensor(factors, dtype=torch.float64, device=device),
        }

    @cached_property
    def _noises(self) -> dict[str, dict[str, Noise]]:
        """What draws the random numbers of penalties and augmentations, by player and purpose."""
        variant = self.model.variant
        penalties = {penalty.name: penalty.noise for penalty in variant.penalties}
        fake = {f"{each.name}-fake": each.noise for each in variant.augmentations}
        real = {f"{each.name}-real": each.noise for each in variant.augmentations}
        return {
            "discriminator": penalties | fake | real,
            "generator": fake | (real if variant.loss.relativistic else {}),
        }
