"""What the report of a large study costs: one whose workers train nothing, tracked as a real one, then reported."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from time import perf_counter

from rich.console import Console

from benchmark.spec import Spec
from benchmark.study.progress import PlainProgress
from reports.output.write import write_report
from reports.records.load import load
from tools.performance.parent_cost import database, simulate


@dataclass(frozen=True)
class ReportCost:
    """What a report costs.

    Attributes:
        variants: Of the study.
        trials: Of all variants together.
        seconds: To read the study from MLflow and write the report, imports included where this process had none.
        megabytes: Of the page.
    """

    variants: int
    trials: int
    seconds: float
    megabytes: float


def report_cost(spec: Spec, variants: list[str], trials: int, folder: Path) -> ReportCost:
    """Simulate a study and report on it.

    Args:
        spec: The study.
        variants: Names of variants.
        trials: Of all variants together; the last ones of an uneven share are left out.
        folder: Where the study is written.
    """
    each = max(1, trials // len(variants))
    study = simulate(spec, variants, each, folder, [PlainProgress(Console(file=StringIO()))])
    begun = perf_counter()
    report = write_report(load(study.study_id, database(folder)), folder / "report")
    seconds = perf_counter() - begun
    return ReportCost(len(variants), each * len(variants), seconds, report.page.stat().st_size / 1e6)
