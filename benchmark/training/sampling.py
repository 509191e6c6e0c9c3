"""Images from a generator, in evaluation mode."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from benchmark.spec import Score
from benchmark.training.model import Model
from benchmark.training.random_streams import Streams

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
# Scoring may sample more at once than training; what comes out is the same up to rounding, so it is fixed.
SAMPLING_BATCH = 256

Inputs = tuple[Tensor, ...]


@dataclass(frozen=True)
class InputSource:
    """Where the inputs of one member's generator come from.

    Attributes:
        model: The networks and the variant.
        labels: The training images' labels (N,), which conditional generators get labels from.
        streams: The member's random numbers.
    """

    model: Model
    labels: Tensor
    streams: Streams

    def draw(self, purpose: str, count: int) -> Inputs:
        """Inputs that belong to a purpose: latents (count, latent_size), with labels (count,) if conditional.

        The same whenever they are asked for. Labels come as often as in the training data.
        """
        variant = self.model.variant
        shape = (count, variant.latent_size)
        latents = variant.prior.sample(shape, self.streams.at(purpose), self.model.dtype)
        generator = self.streams.at(f"labels-{purpose}")
        chosen = torch.randint(len(self.labels), (count,), generator=generator, device=generator.device)
        return self.model.inputs(latents, self.labels[chosen])


def batches(inputs: Inputs, size: int) -> Iterator[Inputs]:
    """Inputs (N, ...) in batches of `size`, the last one shorter."""
    return zip(*(torch.split(part, size) for part in inputs), strict=True)


def accumulate_batch_norm(generator: nn.Module, inputs: Iterable[Inputs]) -> None:
    """Replace batch norm's running averages by plain averages over batches of inputs.

    The averages of training lag behind the weights; these belong to the weights as they are. A module without batch
    norm is left as it is. The module ends in eval mode.
    """
    layers = [layer for layer in generator.eval().modules() if isinstance(layer, BATCH_NORMS)]
    for layer in layers:
        layer.train().reset_running_stats()
        layer.momentum = None
    if layers:
        with torch.inference_mode():
            for batch in inputs:
                generator(*batch)
    generator.eval()


def prepare(generator: nn.Module, source: InputSource, score: Score, batch_size: int) -> None:
    """Bring a generator to the evaluation mode that the spec asks for, in place."""
    if score.batch_norm == "accumulated":
        every = source.draw("batch-norm", score.batch_norm_batches * batch_size)
        accumulate_batch_norm(generator, batches(every, batch_size))
    generator.eval()


@torch.inference_mode()
def generate(generator: nn.Module, inputs: Inputs) -> Tensor:
    """Images (N, C, H, W) in [-1, 1] of inputs (N, ...), a batch at a time."""
    return torch.cat([generator(*batch) for batch in batches(inputs, SAMPLING_BATCH)])
