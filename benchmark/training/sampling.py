"""Images from a generator, in evaluation mode."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from benchmark.spec import Score
from benchmark.training.streams import Streams
from ganzoo.variant import Variant

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
# Scoring may sample more at once than training; what comes out is the same up to rounding, so it is fixed.
SAMPLING_BATCH = 256


def latents(variant: Variant, streams: Streams, purpose: str, count: int, dtype: torch.dtype) -> Tensor:
    """Latents (count, latent_size) that belong to a purpose: the same whenever it is asked for."""
    return variant.prior.sample((count, variant.latent_size), streams.at(purpose), dtype)


def accumulate_batch_norm(generator: nn.Module, batches: Iterator[Tensor]) -> None:
    """Replace batch norm's running averages by plain averages over batches of latents (N, latent_size).

    The averages of training lag behind the weights; these belong to the weights as they are. A module without batch
    norm is left as it is. The module ends in eval mode.
    """
    layers = [layer for layer in generator.eval().modules() if isinstance(layer, BATCH_NORMS)]
    for layer in layers:
        layer.train().reset_running_stats()
        layer.momentum = None
    if layers:
        with torch.inference_mode():
            for batch in batches:
                generator(batch)
    generator.eval()


def prepare(generator: nn.Module, variant: Variant, streams: Streams, score: Score, batch_size: int) -> None:
    """Bring a generator to the evaluation mode that the spec asks for, in place."""
    if score.batch_norm == "accumulated":
        dtype = next(generator.parameters()).dtype
        every = latents(variant, streams, "batch-norm", score.batch_norm_batches * batch_size, dtype)
        accumulate_batch_norm(generator, iter(torch.split(every, batch_size)))
    generator.eval()


@torch.inference_mode()
def generate(generator: nn.Module, inputs: Tensor) -> Tensor:
    """Images (N, C, H, W) in [-1, 1] of latents (N, latent_size), a batch at a time."""
    return torch.cat([generator(batch) for batch in torch.split(inputs, SAMPLING_BATCH)])
