"""What an extractor is: a network whose features are compared, its layers, and where its weights are."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch_fidelity import FeatureExtractorBase


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
