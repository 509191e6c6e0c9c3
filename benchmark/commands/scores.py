"""Scores by name, with what they mean: what everything gives that scores images."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmark.datasets.catalog import known_datasets
from benchmark.metrics.catalog import known_scores
from benchmark.records import Protocol
from benchmark.spec.cautions import features_phrase, sizes_sentence

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Scores(Mapping[str, float]):
    """Scores by name, as in `scores["fid"]`; a dictionary that cannot be changed, and says what it means.

    Attributes:
        found: By name in `benchmark.metrics.catalog.known_scores`.
        protocol: Everything that moves them: data, split, numbers of images, extractor and its weights' digest ...
        cautions: What to know before believing them.
    """

    found: Mapping[str, float]
    protocol: Protocol
    cautions: tuple[str, ...]

    def __getitem__(self, name: str) -> float:
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def sentence(self) -> str:
        """What the protocol says, in one sentence."""
        return sentence_of(self.protocol)

    @property
    def frame(self) -> "pd.DataFrame":
        """A row a score: score (its name), label (for people), value, better ("lower", "higher" or "")."""
        import pandas as pd

        columns = known_scores()
        rows = [(name, columns[name].label, value, columns[name].better) for name, value in self.items()]
        return pd.DataFrame(rows, columns=["score", "label", "value", "better"])

    def __repr__(self) -> str:
        values = ", ".join(f"{name} = {value:.4g}" for name, value in self.items())
        return f"<{values}; {'; '.join([self.sentence, *(each.rstrip('.') for each in self.cautions)])}>"


def sentence_of(protocol: Protocol) -> str:
    """What scores mean, for people."""
    name = f" under protocol {protocol.name}" if protocol.name else ""
    kid = f", KID's subsets of {protocol.kid_subset_size}" if protocol.kid_subset_size else ""
    return (
        f"{protocol.generated_images} images against {_real(protocol)}{name}; {sizes_sentence(protocol)}; "
        f"{features_phrase(protocol)}{kid}, torch-fidelity {protocol.torch_fidelity}"
    )


def called(dataset: str) -> str:
    """What was compared with, said so that a folder cannot be taken for the data set of its name."""
    kind, colon, path = dataset.partition(":")
    if not colon:
        return f"the data set {dataset}"
    return f"the {kind} {path}" + (", not the data set of that name" if path in known_datasets() else "")


def _real(protocol: Protocol) -> str:
    """What was compared with; of given statistics nobody says of how many images they are."""
    if not protocol.real_images:
        return f"the statistics in {called(protocol.dataset)}"
    return f"{protocol.real_images} of {called(protocol.dataset)} ({protocol.split})"
