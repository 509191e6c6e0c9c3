"""Every extractor by name: the benchmark's own, then what other people's packages add."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from torch_fidelity import FeatureExtractorBase, register_feature_extractor
from torch_fidelity.registry import FEATURE_EXTRACTORS_REGISTRY

from benchmark.names import look_up
from benchmark.scoring.extractors import built_in
from benchmark.scoring.extractors.extractor import Extractor
from benchmark.scoring.extractors.trained import PREFIX, trained_extractor
from ganzoo.catalogs import listed
from ganzoo.entry_points import code_key, merged

GROUP = "ganbench.extractors"  # of entry points
EXTRACTORS: dict[str, Extractor] = listed("extractor", built_in, Extractor)


@dataclass(frozen=True)
class LoadedExtractor:
    """An extractor with its weights, on a device.

    Attributes:
        extractor: What it is.
        network: Images (N, 3, H, W) uint8 to `(pooled (N, D), logits (N, K))`, the latter if it has any.
        digest: 16 hex digits that change with its weights, and with the code of the package that adds it, if one does.
        device: Where it computes.
    """

    extractor: Extractor
    network: FeatureExtractorBase
    digest: str
    device: torch.device


def known_extractors() -> dict[str, Extractor]:
    """Every extractor by name, other people's included.

    Raises:
        PluginError: if somebody's package is broken, or has a name that is taken.
    """
    return merged("extractor", EXTRACTORS, GROUP, Extractor)


def find_extractor(name: str) -> Extractor:
    """The extractor called `name`, or one of one's own, `file:PATH`.

    Raises:
        UserError: with one line that lists the known names and the nearest, or says what is wrong with the file.
    """
    if isinstance(name, str) and name.startswith(PREFIX):
        return trained_extractor(name)
    return look_up("extractor", name, known_extractors())


def register(extractor: Extractor) -> None:
    """Make an extractor known to torch-fidelity, which allows it once a process."""
    if extractor.name not in FEATURE_EXTRACTORS_REGISTRY:
        register_feature_extractor(extractor.name, extractor.network)


def load_extractor(name: str, data: Path, device: torch.device) -> LoadedExtractor:
    """An extractor, ready to use; torch's random state is left as it was.

    Args:
        name: A name in `known_extractors`.
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
    digest = _digest(name, network)
    if device.type == "cpu":  # where convolutions forward take half the time with the channels of a pixel together
        network = network.to(memory_format=torch.channels_last)
    return LoadedExtractor(extractor, network.to(device), digest, device)


def code_key_of(name: str) -> str:
    """What changes with the code of an extractor that another package adds; "" for ours."""
    return code_key(GROUP, Extractor, name)


def _digest(name: str, network: nn.Module) -> str:
    weights, code = weights_digest(network), code_key_of(name)
    return hashlib.sha256(f"{weights} {code}".encode()).hexdigest()[:16] if code else weights


def weights_digest(network: nn.Module) -> str:
    """First 16 hex digits of the SHA-256 of names, types, shapes and values of all weights and buffers."""
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(value.detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()[:16]
