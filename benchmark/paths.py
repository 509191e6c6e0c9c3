"""Where things lie: everything written is under runs/, everything read by name under studies/ and data/."""

import os
from dataclasses import dataclass
from pathlib import Path

# What says where, from outside; `ganbench --root` sets the first, so that the processes of a study have it too.
ROOT, RUNS, DATA = "GANBENCH_ROOT", "GANBENCH_RUNS", "GANBENCH_DATA"


@dataclass(frozen=True)
class Paths:
    """The folders that a command reads and writes.

    Attributes:
        root: The folder that holds runs/ and studies/.
        data: The data sets; GANBENCH_DATA names another place than root/data.
        written: Everything that the benchmark writes, where it is not root/runs; GANBENCH_RUNS names it.
    """

    root: Path
    data: Path
    written: Path | None = None

    @classmethod
    def here(cls) -> "Paths":
        """The folders that the environment names, else those of the current directory."""
        root = named(ROOT) or Path.cwd()
        return cls(root, named(DATA) or root / "data", named(RUNS))

    @property
    def runs(self) -> Path:
        """Everything that the benchmark writes."""
        return self.written or self.root / "runs"

    @property
    def studies(self) -> Path:
        """The study specs of a person, which are asked for by name, as the shipped ones are."""
        return self.root / "studies"

    @property
    def cache(self) -> Path:
        """What can be computed again: statistics of real images."""
        return self.runs / "cache"

    @property
    def errors(self) -> Path:
        """Tracebacks of what should not have happened."""
        return errors_in(self.runs)

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

    def suite(self, name: str) -> Path:
        """The page of a suite, and its tables."""
        return self.runs / "suites" / name


def named(variable: str) -> Path | None:
    """The place that a variable of the environment names, from the current directory; None if it names none."""
    value = os.environ.get(variable)
    return Path.cwd() / value if value else None


def errors_in(runs: Path) -> Path:
    """Where tracebacks are kept in the folder of everything that is written."""
    return runs / "errors"


def shipped_studies() -> Path:
    """The study specs that come with the package: in it if it was installed from a wheel, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / "studies"
    return installed if installed.is_dir() else package.parent / "studies"
