"""The oracle: a plain one-model loop as a careful user of PyTorch writes it, sharing only the random streams."""

import math
from collections.abc import Callable, Iterator

import torch
from plain_penalties import PENALTIES
from torch import Tensor, nn
from torch.nn.utils import parametrize

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import Assignment
from benchmark.training.model import ImageShape, build
from benchmark.training.streams import Streams
from ganzoo.constraints import ORTHOGONAL, SPECTRAL_NORMALISATION, WEIGHT_CLIPPING
from ganzoo.layers.dropout import KeyedDropout
from ganzoo.variant import Variant


class SpectralNorm(nn.Module):
    """Miyato et al. 2018, algorithm 1, as a parametrisation whose power iteration is run by `iterate`."""

    def __init__(self, left: Tensor) -> None:
        super().__init__()
        self.left = left
        self.right = left

    def iterate(self, weight: Tensor) -> None:
        matrix = weight.detach().reshape(len(weight), -1)
        right = self.left @ matrix
        self.right = right / right.norm()
        left = matrix @ self.right
        self.left = left / left.norm()

    def forward(self, weight: Tensor) -> Tensor:
        return weight / (self.left @ weight.reshape(len(weight), -1) @ self.right)


def set_keys(module: nn.Module, key: int) -> None:
    for layer in module.modules():
        if isinstance(layer, KeyedDropout):
            layer.key.fill_(key)


def optimiser(
    variant: Variant, module: nn.Module, lr: float, beta1: float | None, beta2: float
) -> torch.optim.Optimizer:
    if variant.optimiser == "adam":
        assert beta1 is not None
        return torch.optim.Adam(module.parameters(), lr, betas=(beta1, beta2))
    return torch.optim.RMSprop(module.parameters(), lr, alpha=beta2)


def normalise_spectrally(discriminator: nn.Module, streams: Streams) -> list[tuple[nn.Module, SpectralNorm]]:
    """Install the parametrisation, with the start vectors that the constraint draws."""
    start = torch.Generator().manual_seed(streams.at("constraint").initial_seed())
    weights = {name: value.detach() for name, value in discriminator.named_parameters()}
    installed = []
    for name, left in SPECTRAL_NORMALISATION.initial_state(weights, start).items():
        layer = discriminator.get_submodule(name.rpartition(".")[0])
        norm = SpectralNorm(left)
        parametrize.register_parametrization(layer, "weight", norm, unsafe=True)
        installed.append((layer, norm))
    return installed


def orthogonality(module: nn.Module) -> Tensor:
    """||W W' - I||^2 over all matrices, each turned so that it is wide."""
    total = torch.zeros((), dtype=torch.float64)
    for parameter in module.parameters():
        if parameter.dim() > 1:
            matrix = parameter.reshape(len(parameter), -1)
            gram = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
            total = total + (gram - torch.eye(len(gram)).double()).pow(2).sum()
    return total


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda progress: 1.0,
    "linear-decay": lambda progress: 1 - progress,
    "cosine": lambda progress: 0.5 + 0.5 * math.cos(math.pi * progress),
}


class PlainLoop:
    """One GAN, trained step by step on a CPU in float64."""

    def __init__(
        self, variant: Variant, data: LabelledImages, assignment: Assignment, batch_size: int, steps: int
    ) -> None:
        self.variant = variant
        self.images, self.labels = data.images, data.labels
        self.batch_size = batch_size
        self.steps = steps
        self.settings = variant.defaults.updated(assignment.hyperparameters)
        self.streams = Streams(assignment.seed, torch.device("cpu"))
        seed = self.streams.at("weights").initial_seed()
        shape = ImageShape(data.images.shape[1], data.images.shape[-1], data.classes)
        self.generator, self.discriminator = build(variant, shape, seed, torch.float64)
        self.average = {name: value.detach().clone() for name, value in self.generator.named_parameters()}
        self.average_updates = 0
        self.balance = torch.zeros((), dtype=torch.float64)
        spectral = variant.constraint is SPECTRAL_NORMALISATION
        self.norms = normalise_spectrally(self.discriminator, self.streams) if spectral else []
        own = self.settings
        self.generator_optimiser = optimiser(variant, self.generator, own.lr_generator, own.beta1, own.beta2)
        self.discriminator_optimiser = optimiser(
            variant, self.discriminator, own.lr_discriminator, own.beta1, own.beta2
        )
        self.losses: list[float] = []

    def latents(self, player: str, step: int, repeat: int) -> Tensor:
        shape = (self.batch_size, self.variant.latent_size)
        return self.variant.prior.sample(shape, self.streams.at(f"latents-{player}", step, repeat), torch.float64)

    def discriminate(self, images: Tensor, labels: Tensor, key: int) -> Tensor:
        set_keys(self.discriminator, key)
        return self.discriminator(*((images, labels) if self.variant.architecture.conditional else (images,)))

    def generate(self, player: str, step: int, repeat: int, key: int) -> Tensor:
        set_keys(self.generator, key)
        latents, (_, labels) = self.latents(player, step, repeat), self.batch(step)
        return self.generator(*((latents, labels) if self.variant.architecture.conditional else (latents,)))

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        chosen = self.streams.batch(step, self.batch_size, len(self.images))
        return self.images[chosen].double() / 127.5 - 1, self.labels[chosen]

    def seen(self, images: Tensor, side: str, player: str, step: int, repeat: int) -> Tensor:
        """Images through the augmentations, whose functions have tests of their own."""
        for augmentation in self.variant.augmentations:
            noise = augmentation.noise(images, self.streams.at(f"{augmentation.name}-{side}-{player}", step, repeat))
            images = augmentation.function(images, noise, torch.tensor(step / self.steps).double())
        return images

    def penalised(self, loss: Tensor, step: int, real: Tensor, fake: Tensor, key: int) -> Tensor:
        labels = self.batch(step)[1]
        for penalty in self.variant.penalties:
            noise = penalty.noise(real, self.streams.at(f"{penalty.name}-discriminator", step, 0))
            values = PENALTIES[penalty.name](lambda images: self.discriminate(images, labels, key), real, fake, noise)
            loss = loss + self.settings.penalty_weight * values.mean()
        return loss

    def schedule(self, step: int) -> None:
        factor = SCHEDULES[self.variant.schedule.name](step / self.steps)
        self.generator_optimiser.param_groups[0]["lr"] = self.settings.lr_generator * factor
        self.discriminator_optimiser.param_groups[0]["lr"] = self.settings.lr_discriminator * factor

    @property
    def state(self) -> dict[str, Tensor]:
        return {"balance": self.balance} if self.variant.loss.name == "began" else {}

    def discriminator_step(self, step: int) -> None:
        self.schedule(step)
        real, labels = self.batch(step)
        key = self.streams.key("discriminator", step, 0)
        fake = self.generate("discriminator", step, 0, key).detach()
        real = self.seen(real, "real", "discriminator", step, 0)
        fake = self.seen(fake, "fake", "discriminator", step, 0)
        self.iterate_spectral_norms()
        real_logits = self.discriminate(real, labels, key + 1)
        fake_logits = self.discriminate(fake, labels, key + 2)
        loss = self.variant.loss.discriminator(real_logits, fake_logits, **self.state).mean()
        loss = self.penalised(loss, step, real, fake, key + 3)
        if self.variant.constraint is ORTHOGONAL:
            loss = loss + self.settings.constraint_weight * orthogonality(self.discriminator)
        if self.state:
            # L = -logits; k moves by lambda (gamma L(x) - L(G(z))).
            ratio, gain = self.settings.diversity_ratio, self.settings.balance_gain
            moved = self.balance - gain * (ratio * real_logits.detach().mean() - fake_logits.detach().mean())
            self.balance = moved.clamp(0, 1)
        self.discriminator_optimiser.zero_grad()
        loss.backward()
        self.discriminator_optimiser.step()
        self.losses.append(loss.item())
        if self.variant.constraint is WEIGHT_CLIPPING:
            with torch.no_grad():
                for parameter in self.discriminator.parameters():
                    parameter.clamp_(-self.settings.clip, self.settings.clip)

    def generator_step(self, step: int, repeat: int) -> None:
        key = self.streams.key("generator", step, repeat)
        vectors = [norm.left for _, norm in self.norms]
        self.iterate_spectral_norms()
        real, labels = self.batch(step)
        fake = self.seen(self.generate("generator", step, repeat, key), "fake", "generator", step, repeat)
        fake_logits = self.discriminate(fake, labels, key + 2)
        real_logits = torch.zeros_like(fake_logits)
        if self.variant.loss.name.startswith("relativistic"):
            real_logits = self.discriminate(self.seen(real, "real", "generator", step, repeat), labels, key + 1)
        loss = self.variant.loss.generator(real_logits, fake_logits, **self.state).mean()
        self.generator_optimiser.zero_grad()
        loss.backward()
        self.generator_optimiser.step()
        self.average_updates += 1
        kept = min(0.999, (1 + self.average_updates) / (10 + self.average_updates))
        for name, value in self.generator.named_parameters():
            self.average[name] = kept * self.average[name] + (1 - kept) * value.detach()
        # The generator's turn looks through a fresh estimate, and leaves the discriminator's state as it was.
        for (_, norm), left in zip(self.norms, vectors, strict=True):
            norm.left = left

    def iterate_spectral_norms(self) -> None:
        for layer, norm in self.norms:
            norm.iterate(layer.parametrizations.weight.original)

    def run(self) -> None:
        n_critic = self.settings.n_critic
        for step in range(self.steps):
            self.discriminator_step(step)
            if n_critic < 1:
                for repeat in range(round(1 / n_critic)):
                    self.generator_step(step, repeat)
            elif (step + 1) % n_critic == 0:
                self.generator_step(step, 0)

    def tensors(self) -> Iterator[tuple[str, Tensor]]:
        """Every weight and buffer under the name it has without parametrisation."""
        for player, module in (("generator", self.generator), ("discriminator", self.discriminator)):
            for name, value in module.state_dict().items():
                plain = name.replace("parametrizations.", "").replace(".original", "")
                if not plain.endswith("key"):
                    yield f"{player}/{plain}", value
