"""Where things lie: everything written is under runs/, everything read by name under studies/ and data/."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """The folders of one checkout.

    Attributes:
        root: The folder that holds runs/ and studies/.
        data: The data sets; GANBENCH_DATA names another place than root/data.
    """

    root: Path
    data: Path

    @classmethod
    def here(cls) -> "Paths":
        """The folders of the current directory."""
        root = Path.cwd()
        return cls(root, Path(os.environ.get("GANBENCH_DATA") or root / "data"))

    @property
    def runs(self) -> Path:
        """Everything that the benchmark writes."""
        return self.root / "runs"

    @property
    def studies(self) -> Path:
        """The study specs that are asked for by name."""
        return self.root / "studies"

    @property
    def cache(self) -> Path:
        """What can be computed again: statistics of real images."""
        return self.runs / "cache"

    @property
    def journal(self) -> Path:
        """Optuna's storage, unless OPTUNA_STORAGE names another."""
        return self.runs / "optuna.journal"

    def work(self, study_id: str) -> Path:
        """Checkpoints and records of a study."""
        return self.runs / "work" / study_id

    def report(self, study_id: str) -> Path:
        """The report of a study."""
        return self.runs / "reports" / study_id
