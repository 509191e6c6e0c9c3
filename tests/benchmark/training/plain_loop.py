"""The oracle: a plain one-model loop as a careful user of PyTorch writes it, sharing only the random streams."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from benchmark.records import Assignment
from benchmark.training.model import build
from benchmark.training.streams import Streams
from ganzoo.constraints.spectral_normalisation import SPECTRAL_NORMALISATION
from ganzoo.constraints.weight_clipping import WEIGHT_CLIPPING
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


def gradient_penalty(discriminator: nn.Module, real: Tensor, fake: Tensor, weight: Tensor) -> Tensor:
    """Gulrajani et al. 2017, equation 3."""
    alpha = weight.view(-1, 1, 1, 1)
    between = (alpha * real + (1 - alpha) * fake).requires_grad_()
    (gradient,) = torch.autograd.grad(discriminator(between).sum(), between, create_graph=True)
    return ((gradient.pow(2).sum(dim=(1, 2, 3)) + 1e-12).sqrt() - 1).pow(2)


class PlainLoop:
    """One GAN, trained step by step on a CPU in float64."""

    def __init__(self, variant: Variant, images: Tensor, assignment: Assignment, batch_size: int) -> None:
        self.variant = variant
        self.images = images
        self.batch_size = batch_size
        self.settings = variant.defaults.updated(assignment.hyperparameters)
        self.streams = Streams(assignment.seed, torch.device("cpu"))
        seed = self.streams.at("weights").initial_seed()
        self.generator, self.discriminator = build(variant, images.shape[1], images.shape[-1], seed, torch.float64)
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

    def discriminate(self, images: Tensor, key: int) -> Tensor:
        set_keys(self.discriminator, key)
        return self.discriminator(images)

    def generate(self, player: str, step: int, repeat: int, key: int) -> Tensor:
        set_keys(self.generator, key)
        return self.generator(self.latents(player, step, repeat))

    def discriminator_step(self, step: int) -> None:
        real = self.images[self.streams.batch(step, self.batch_size, len(self.images))].double() / 127.5 - 1
        noise = self.variant.penalty.noise(real, self.streams.at("penalty", step, 0)) if self.variant.penalty else None
        key = self.streams.key("discriminator", step, 0)
        fake = self.generate("discriminator", step, 0, key).detach()
        self.iterate_spectral_norms()
        real_logits, fake_logits = self.discriminate(real, key + 1), self.discriminate(fake, key + 2)
        loss = self.variant.loss.discriminator(real_logits, fake_logits).mean()
        if noise is not None:
            assert self.settings.penalty_weight is not None
            loss = loss + self.settings.penalty_weight * gradient_penalty(self.discriminator, real, fake, noise).mean()
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
        fake_logits = self.discriminate(self.generate("generator", step, repeat, key), key + 2)
        loss = self.variant.loss.generator(torch.zeros_like(fake_logits), fake_logits).mean()
        self.generator_optimiser.zero_grad()
        loss.backward()
        self.generator_optimiser.step()
        # The generator's turn looks through a fresh estimate, and leaves the discriminator's state as it was.
        for (_, norm), left in zip(self.norms, vectors, strict=True):
            norm.left = left

    def iterate_spectral_norms(self) -> None:
        for layer, norm in self.norms:
            norm.iterate(layer.parametrizations.weight.original)

    def run(self, steps: int) -> None:
        n_critic = self.settings.n_critic
        for step in range(steps):
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
