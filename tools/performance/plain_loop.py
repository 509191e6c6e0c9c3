"""Training as a careful user of PyTorch writes it: one model, modules and their optimisers, a loop.

It draws its random numbers as a cohort does, so that both train the same model; tests hold cohorts against it.
"""

import math
from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor, nn

from benchmark.records import TrialConfig
from benchmark.training.gradients import Tree
from benchmark.training.input_streams import InputStreams
from benchmark.training.model import build
from benchmark.training.random_streams import Streams
from benchmark.training.setup import TrainingSetup, UpdateSchedule
from ganzoo.constraints import ORTHOGONAL, SPECTRAL_NORMALISATION, WEIGHT_CLIPPING
from ganzoo.layers.dropout import KeyedDropout
from ganzoo.variant import Variant
from tools.performance.plain_constraints import normalise_spectrally, orthogonality
from tools.performance.plain_directions import Direction, directed
from tools.performance.plain_penalties import PENALTIES, Penalise
from tools.performance.plain_states import NEXT_STATES, PACES, next_strength

SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda _: 1.0,
    "linear-decay": lambda progress: 1 - progress,
    "cosine": lambda progress: 0.5 + 0.5 * math.cos(math.pi * progress),
}


def optimiser(
    variant: Variant, module: nn.Module, settings: Mapping[str, float], lr: str, *, fused: bool = False
) -> torch.optim.Optimizer:
    """A variant's optimiser of a module's parameters.

    Args:
        variant: Names it.
        module: Whose parameters.
        settings: Hyperparameters by name.
        lr: Which of them is its learning rate.
        fused: Whether Adam is one kernel for all parameters: quicker, and rounded otherwise.
    """
    if variant.optimiser == "adam":
        betas = (settings["beta1"], settings["beta2"])
        return torch.optim.Adam(module.parameters(), settings[lr], betas=betas, fused=fused)
    return torch.optim.RMSprop(module.parameters(), settings[lr], alpha=settings["beta2"])


def set_keys(module: nn.Module, key: Tensor) -> None:
    """Give a module's dropout layers the key () of the next forward pass."""
    for layer in module.modules():
        if isinstance(layer, KeyedDropout):
            layer.key.fill_(key)


class PlainLoop:
    """One GAN, trained step by step.

    Args:
        setup: Variant, data, batch size and length; of its model nothing but shape and type is used.
        config: Hyperparameters and seed.
        penalties: How each penalty is computed, by name.
        fused: Whether Adam is one kernel for all parameters.

    Attributes:
        generator: As trained so far.
        discriminator: As trained so far.
        average: The average of the generator's parameters by name, if the variant keeps one.
        losses: Of the discriminator (), a step each.
        steps_done: Discriminator updates so far.
        strengths: What augmentations remember (), by their name and its own.
    """

    def __init__(
        self,
        setup: TrainingSetup,
        config: TrialConfig,
        penalties: Mapping[str, Penalise] = PENALTIES,
        *,
        fused: bool = False,
    ) -> None:
        self._setup, self._data, self._dtype, self._penalties = setup, setup.data, setup.model.dtype, penalties
        device, variant = setup.data.images.device, setup.model.variant
        self._variant, hyperparameters = variant, variant.defaults.updated(config.hyperparameters)
        self._settings = own = hyperparameters.present()
        streams = Streams(config.seed, device)
        pair = build(variant, setup.model.shape, streams.at("weights").initial_seed(), self._dtype)
        self.generator, self.discriminator = (module.to(device) for module in pair)
        self.average = {name: value.detach().clone() for name, value in self.generator.named_parameters()}
        # Every loss that remembers begins at zeros.
        self._state = {name: torch.zeros((), dtype=self._dtype, device=device) for name in variant.loss.state}
        self.strengths = {
            each.name: {name: torch.zeros((), dtype=self._dtype, device=device) for name in each.state}
            for each in variant.augmentations
        }
        spectral = variant.constraint is SPECTRAL_NORMALISATION
        self._norms = normalise_spectrally(self.discriminator, streams) if spectral else []
        self._direction = Direction(self.discriminator) if variant.loss.direction else None
        self._optimisers = {
            "generator": optimiser(variant, self.generator, own, "lr_generator", fused=fused),
            "discriminator": optimiser(variant, self.discriminator, own, "lr_discriminator", fused=fused),
        }
        update_schedule = UpdateSchedule(
            hyperparameters.discriminator_steps_per_generator_step, hyperparameters.generator_steps_per_turn
        )
        self._input_streams = InputStreams.of(setup, streams, update_schedule)
        self._generator_updates = 0
        self.losses: list[Tensor] = []
        self.steps_done = 0

    def advance(self, until: int) -> None:
        """Train to discriminator step `until`."""
        n_critic = self._settings["n_critic"]
        for step in range(self.steps_done, until):
            self._schedule(step)
            self._discriminator_step(step)
            if n_critic < 1:
                for _ in range(round(1 / n_critic)):
                    self._generator_step(step)
            elif (step + 1) % n_critic == 0:
                self._generator_step(step)
        self.steps_done = until

    def _schedule(self, step: int) -> None:
        factor = SCHEDULES[self._variant.schedule.name](step / self._setup.steps)
        self._optimisers["generator"].param_groups[0]["lr"] = self._settings["lr_generator"] * factor
        self._optimisers["discriminator"].param_groups[0]["lr"] = self._settings["lr_discriminator"] * factor

    def _discriminator_step(self, step: int) -> None:
        loss_of = self._variant.loss
        given = self._input_streams.discriminator.next()
        real, labels, key = self._images(given), self._data.labels[given["batch"]], given["key"]
        with torch.no_grad():
            fake = self._generate(given, labels)
        real = self._seen(real, given, "real", step)
        fake = self._seen(fake, given, "fake", step)
        self._iterate_spectral_norms()
        real_logits, real_along = self._apart(real, labels, key + 1)
        fake_logits, fake_along = self._apart(fake, labels, key + 2)
        loss = loss_of.discriminator(real_logits, fake_logits, **self._state).mean()
        for penalty in self._variant.penalties:
            values = self._penalties[penalty.name](
                lambda images: self._apart(images, labels, key + 3)[0], real, fake, given["noise"][penalty.name]
            )
            loss = loss + self._settings["penalty_weight"] * values.mean()
        if self._direction:
            loss = loss + directed(real_along, fake_along, tilted=loss_of.name.startswith("non-saturating"))
        if self._variant.constraint is ORTHOGONAL:
            loss = loss + self._settings["constraint_weight"] * orthogonality(self.discriminator)
        if self._state:
            following = NEXT_STATES[loss_of.name]
            self._state = following(self._state, real_logits.detach(), fake_logits.detach(), self._settings)
        for name, strength in self.strengths.items():
            if strength:
                self.strengths[name] = next_strength(strength, real_logits.detach(), PACES[name])
        self._update("discriminator", loss)
        self.losses.append(loss.detach())
        if self._variant.constraint is WEIGHT_CLIPPING:
            with torch.no_grad():
                for parameter in self.discriminator.parameters():
                    parameter.clamp_(-self._settings["clip"], self._settings["clip"])

    def _generator_step(self, step: int) -> None:
        loss_of = self._variant.loss
        given = self._input_streams.generator.next()
        key, labels = given["key"], self._data.labels[given["batch"]]
        vectors = [norm.left for _, norm in self._norms]
        self._iterate_spectral_norms()
        self.discriminator.requires_grad_(False)
        fake = self._seen(self._generate(given, labels), given, "fake", step)
        real_logits = torch.zeros(len(fake), dtype=self._dtype, device=fake.device)
        if loss_of.relativistic:
            real = self._seen(self._images(given), given, "real", step)
            real_logits = self._discriminate(real, labels, key + 1)
        fake_logits = self._discriminate(fake, labels, key + 2)
        self._update("generator", loss_of.generator(real_logits, fake_logits, **self._state).mean())
        self.discriminator.requires_grad_(True)
        self._average()
        # The generator's turn looks through a fresh estimate, and leaves the discriminator's state as it was.
        for (_, norm), left in zip(self._norms, vectors, strict=True):
            norm.left = left

    def _update(self, player: str, loss: Tensor) -> None:
        self._optimisers[player].zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimisers[player].step()

    def _average(self) -> None:
        if self._variant.averaging is None:
            return
        self._generator_updates += 1
        kept = min(0.999, (1 + self._generator_updates) / (10 + self._generator_updates))
        for name, value in self.generator.named_parameters():
            self.average[name].mul_(kept).add_(value.detach(), alpha=1 - kept)

    def _discriminate(self, images: Tensor, labels: Tensor, key: Tensor) -> Tensor:
        set_keys(self.discriminator, key)
        logits: Tensor = self.discriminator(*self._inputs(images, labels))
        return logits

    def _apart(self, images: Tensor, labels: Tensor, key: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (N,) for the loss, and those for the direction of the last layer, where that has its own objective."""
        logits = self._discriminate(images, labels, key)
        return self._direction.apart() if self._direction else (logits, logits)

    def _images(self, given: Tree) -> Tensor:
        return self._data.images[given["batch"]].to(self._dtype) / 127.5 - 1

    def _generate(self, given: Tree, labels: Tensor) -> Tensor:
        set_keys(self.generator, given["key"])
        images: Tensor = self.generator(*self._inputs(given["latents"], labels))
        return images

    def _inputs(self, batch: Tensor, labels: Tensor) -> tuple[Tensor, ...]:
        return (batch, labels) if self._variant.architecture.conditional else (batch,)

    def _seen(self, images: Tensor, given: Tree, side: str, step: int) -> Tensor:
        """Images through the augmentations, whose functions are the zoo's."""
        for augmentation in self._variant.augmentations:
            noise = given["noise"][f"{augmentation.name}-{side}"]
            progress = torch.tensor(step / self._setup.steps, dtype=self._dtype, device=images.device)
            images = augmentation.function(images, noise, progress, **self.strengths[augmentation.name])
        return images

    def _iterate_spectral_norms(self) -> None:
        for layer, norm in self._norms:
            norm.iterate(layer.parametrizations.weight.original)  # type: ignore[union-attr, arg-type]

    def tensors(self) -> Iterator[tuple[str, Tensor]]:
        """Every weight and buffer under the name it has without parametrisation, with its player before a slash."""
        for player, module in (("generator", self.generator), ("discriminator", self.discriminator)):
            for name, value in module.state_dict().items():
                plain = name.replace("parametrizations.", "").replace(".original", "")
                if not plain.endswith("key"):
                    yield f"{player}/{plain}", value
