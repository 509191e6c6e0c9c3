"""What a report found, as a file beside its page: the verdict for programs, and what MLflow shows above its runs."""

from dataclasses import dataclass, field
from pathlib import Path

from benchmark.files import read_file
from benchmark.json_records import from_json

FINDINGS = "verdict.json"


@dataclass(frozen=True)
class VariantFindings:
    """What a report found of a variant.

    Attributes:
        verdict: "contender", "out" or "untested".
        words: The same as a sentence, with its score.
        seeds: Final runs with a score.
        intervals: By score, both ends of the 95 % interval of its mean over final runs; those alone that are known.
    """

    verdict: str
    words: str
    seeds: int
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Findings:
    """What a report found.

    Attributes:
        answer: What to use, at which confidence, among how many: a sentence without a full stop.
        details: What the answer is to, and how good the best is, a sentence or more each.
        confidence: With which the best is among the contenders, 0 to 1; None before the race has said so.
        variants: By name, contenders first, as in the leaderboard.
    """

    answer: str
    details: tuple[str, ...]
    confidence: float | None
    variants: dict[str, VariantFindings]

    @classmethod
    def read(cls, folder: Path) -> "Findings | None":
        """Those in a report's folder; None where an earlier release wrote it, or somebody changed the file."""
        try:
            return from_json(cls, read_file(folder / FINDINGS))
        except (OSError, ValueError):
            return None
