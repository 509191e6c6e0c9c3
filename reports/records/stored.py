"""A study as whoever has it gives it: MLflow, or the records on disk."""

from dataclasses import dataclass
from typing import Protocol

from benchmark.records import TrialRecord


class Source(Protocol):
    """Who has a study: MLflow, or the records on disk."""

    def has(self, study_id: str) -> bool:
        """Whether the study is there."""

    def study(self, study_id: str) -> "StoredStudy":
        """The study, whole."""

    def artifact(self, place: str, name: str) -> bytes | None:
        """A file of a run, or None if the run has no such."""


@dataclass(frozen=True)
class StoredRun:
    """A run of some settings as MLflow holds it.

    Attributes:
        variant: Name in the catalog.
        kind: A `benchmark.records.Kind`.
        number: Among the variant's runs of that kind, from 0.
        state: How it ended, or MLflow's status in lower case ("running", "killed") if it has not.
        params: By name, as text.
        metrics: Last value by name.
        artifacts: Where its artifacts lie.
        started: Milliseconds since 1970.
        record: What it left behind, or None if it has not ended.
        store: Who has its artifacts; None if nobody.
        address: Of its page in MLflow; "" if it is not there.
    """

    variant: str
    kind: str
    number: int
    state: str
    params: dict[str, str]
    metrics: dict[str, float]
    artifacts: str
    started: int
    record: TrialRecord | None
    store: "Source | None" = None
    address: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """What names it within the study."""
        return self.variant, self.kind, self.number

    def artifact(self, name: str) -> bytes | None:
        """One of its artifacts, or None if it has no such."""
        return self.store.artifact(self.artifacts, name) if self.store else None


@dataclass(frozen=True)
class StoredStudy:
    """An experiment.

    Attributes:
        tags: Of the experiment.
        variants: Parameters of the parent run, by variant.
        places: Where the artifacts of the parent runs lie, and in which store.
        runs: Of all kinds, one a key, in the order of keys.
        finished: Whether all parent runs have ended.
    """

    tags: dict[str, str]
    variants: dict[str, dict[str, str]]
    places: "list[tuple[Source, str]]"
    runs: list[StoredRun]
    finished: bool
