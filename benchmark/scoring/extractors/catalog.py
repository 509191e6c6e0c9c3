"""Every extractor by name; adding one is one entry here."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch_fidelity import FeatureExtractorBase, FeatureExtractorInceptionV3, register_feature_extractor
from torch_fidelity.registry import FEATURE_EXTRACTORS_REGISTRY

from benchmark.datasets.dataset import nothing_missing
from benchmark.names import look_up
from benchmark.scoring.extractors import clip, digits_cnn, dinov2, inception, pixels


@dataclass(frozen=True)
class Extractor:
    """A network whose features are compared.

    Attributes:
        name: How it is asked for by name, here and in torch-fidelity.
        network: torch-fidelity's class of it.
        pooled: The layer of FID, KID and precision and recall.
        logits: The layer of the inception score; None if it is no classifier.
        weights: `(data folder) -> file`, downloaded if it is missing, None if it needs none; raises UserError if it
            cannot be had.
        problem: `(data folder) -> None` if the weights are in place, else one line saying which file to put where.
        citation: Where it comes from.
        resize: How it brings images to the side that its network takes.
        made_for: The data sets that it was made for; empty if it is for any images.
    """

    name: str
    network: type[FeatureExtractorBase]
    pooled: str
    logits: str | None
    weights: Callable[[Path], Path | None]
    problem: Callable[[Path], str | None]
    citation: str
    resize: str
    made_for: tuple[str, ...] = ()


EXTRACTORS: dict[str, Extractor] = {
    inception.NAME: Extractor(
        name=inception.NAME,
        network=FeatureExtractorInceptionV3,
        pooled="2048",
        logits="logits_unbiased",
        weights=inception.inception_weights,
        problem=inception.inception_problem,
        citation="Szegedy et al. 2016, arXiv:1512.00567; TensorFlow's weights of 2015-12-05, as FID was defined on",
        resize="bilinear as TensorFlow 1 has it, not antialiased, to 299x299",
    ),
    digits_cnn.NAME: Extractor(
        name=digits_cnn.NAME,
        network=digits_cnn.DigitsExtractor,
        pooled="64",
        logits="logits",
        weights=digits_cnn.shipped_weights,
        problem=digits_cnn.digits_problem,
        citation="a classifier of the digits' train split, made by benchmark/scoring/extractors/train_digits_cnn.py",
        resize="mean of the colours, bilinear, antialiased, to 8x8",
        made_for=("digits",),
    ),
    dinov2.NAME: Extractor(
        name=dinov2.NAME,
        network=dinov2.Dinov2Extractor,
        pooled="dinov2",
        logits=None,
        weights=dinov2.dinov2_weights,
        problem=dinov2.dinov2_problem,
        citation="Oquab et al. 2023, arXiv:2304.07193; for generated images: Stein et al. 2023, arXiv:2306.04675",
        resize="bilinear as TensorFlow 1 has it, not antialiased, to 224x224",
    ),
    clip.NAME: Extractor(
        name=clip.NAME,
        network=clip.ClipExtractor,
        pooled="clip",
        logits=None,
        weights=clip.clip_weights,
        problem=clip.clip_problem,
        citation="Radford et al. 2021, arXiv:2103.00020; for scores: Kynkäänniemi et al. 2023, arXiv:2203.06026",
        resize="bilinear as TensorFlow 1 has it, not antialiased, to 224x224",
    ),
    pixels.NAME: Extractor(
        name=pixels.NAME,
        network=pixels.PixelsExtractor,
        pooled="192",
        logits=None,
        weights=pixels.no_weights,
        problem=nothing_missing,
        citation="colours of the image at 8x8 pixels: no network, for sets that none was made for",
        resize="bilinear, antialiased, to 8x8",
    ),
}


@dataclass(frozen=True)
class LoadedExtractor:
    """An extractor with its weights, on a device.

    Attributes:
        extractor: What it is.
        network: Images (N, 3, H, W) uint8 to `(pooled (N, D), logits (N, K))`, the latter if it has any.
        digest: First 16 hex digits of the SHA-256 of its weights.
        device: Where it computes.
    """

    extractor: Extractor
    network: FeatureExtractorBase
    digest: str
    device: torch.device


def find_extractor(name: str) -> Extractor:
    """The extractor called `name`.

    Raises:
        UserError: with one line that lists the known names and the nearest.
    """
    return look_up("extractor", name, EXTRACTORS)


def register(extractor: Extractor) -> None:
    """Make an extractor known to torch-fidelity, which allows it once a process."""
    if extractor.name not in FEATURE_EXTRACTORS_REGISTRY:
        register_feature_extractor(extractor.name, extractor.network)


def load_extractor(name: str, data: Path, device: torch.device) -> LoadedExtractor:
    """An extractor, ready to use; torch's random state is left as it was.

    Args:
        name: A name in `EXTRACTORS`.
        data: The data folder, which may hold weights.
        device: Where it computes.

    Raises:
        UserError: if the name is unknown or the weights cannot be had.
    """
    extractor = find_extractor(name)
    file = extractor.weights(data)
    layers = [extractor.pooled, *([extractor.logits] if extractor.logits else [])]
    with torch.random.fork_rng(devices=[]):  # initial weights are drawn before they are replaced
        # Not by name through torch-fidelity, which has classes of its own for some, and runs what they download.
        network = extractor.network(name, layers, feature_extractor_weights_path=str(file) if file else None)
    network.requires_grad_(False).eval()
    digest = weights_digest(network)
    if device.type == "cpu":  # where convolutions forward take half the time with the channels of a pixel together
        network = network.to(memory_format=torch.channels_last)
    return LoadedExtractor(extractor, network.to(device), digest, device)


def weights_digest(network: nn.Module) -> str:
    """First 16 hex digits of the SHA-256 of names, types, shapes and values of all weights and buffers."""
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(value.detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()[:16]
