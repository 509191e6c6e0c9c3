"""Stacked digits: how many of the 1,000 modes are reached, and how evenly."""

import torch
from torch import Tensor

from benchmark.datasets.stacked_digits import MODES, PLACES
from benchmark.scoring.extractors.digits_cnn import NAME, DigitsExtractor
from benchmark.scoring.ground_truth.mode_shares import reverse_divergence

BATCH = 1000


def stacked_modes(images: Tensor) -> dict[str, float]:
    """Scores of images with a digit in each colour, as digits-cnn reads them.

    Args:
        images: (N, 3, R, R) uint8, N >= 1, on any device.

    Returns:
        "modes", those with at least one sample, of 1,000; "modes_kl", `reverse_divergence` of the samples' modes.

    Raises:
        UserError: if the weights of digits-cnn are missing.

    References:
        Metz et al. 2017, arXiv:1611.02163, section 3.3.1.
    """
    digits = classify(images.reshape(-1, 1, *images.shape[2:])).view(-1, len(PLACES))
    counts = (digits * digits.new_tensor(PLACES)).sum(1).bincount(minlength=MODES)
    return {"modes": float((counts > 0).sum()), "modes_kl": reverse_divergence(counts)}


def classify(images: Tensor) -> Tensor:
    """The digits (N,) int64 that digits-cnn sees in grey images (N, 1, R, R) uint8 of any side."""
    with torch.random.fork_rng(devices=[]):  # initial weights are drawn before they are replaced
        network = DigitsExtractor(NAME, ["logits"]).to(images.device)
    # TF32, PyTorch's default for convolutions on a GPU, keeps ten bits.
    exact = torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)
    with torch.inference_mode(), exact:
        return torch.cat([network(batch.expand(-1, 3, -1, -1))[0].argmax(1) for batch in torch.split(images, BATCH)])
