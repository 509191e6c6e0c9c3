"""What a study has found so far, as pandas frames, pictures and generators."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from PIL import Image

from benchmark.errors import UserError
from benchmark.names import look_up
from benchmark.paths import Paths
from benchmark.plain_text import shown
from benchmark.spec import Spec
from ganzoo.names import with_nearest
from reports.analysis.best_trials import found_hyperparameters
from reports.analysis.leaderboard import leaderboard, pairwise
from reports.analysis.race import course, study_race
from reports.records.load import StudyRecords

if TYPE_CHECKING:
    from benchmark.library.generators import Generator


@dataclass(frozen=True, eq=False)
class StudyResults:
    """A study as it stands; each frame is a copy of its own. `docs/library.md` lists the columns.

    Attributes:
        records: All that was read, for `reports`.
        paths: Where things lie.

    >>> import benchmark
    >>> tiny = {"budget.trials": 1, "final.candidates": 1}
    >>> study = benchmark.run("smoke", variants=["gan-shallow", "wgan"], set=tiny, progress=False)
    >>> sorted(study.leaderboard["variant"])
    ['gan-shallow', 'wgan']
    >>> study.runs.groupby(["variant", "kind"]).size().to_dict()
    {('gan-shallow', 'final'): 1, ('gan-shallow', 'trial'): 1, ('wgan', 'final'): 1, ('wgan', 'trial'): 1}
    >>> study.samples("wgan").size  # 64 images of 8 x 8 pixels, magnified
    (274, 274)
    >>> tuple(study.generator("wgan").sample(5).shape)
    (5, 1, 8, 8)
    """

    records: StudyRecords
    paths: Paths

    @property
    def study_id(self) -> str:
        """Its name and the hash of its spec, as MLflow and the folders under runs/ have it."""
        return self.records.study_id

    @property
    def spec(self) -> Spec:
        """Its resolved spec."""
        return self.records.spec

    @property
    def answer(self) -> str:
        """What to use, at which confidence, among how many: the sentence of the report."""
        from reports.text.headline import headline

        return headline(self.records, leaderboard(self.records)).answer

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before believing it."""
        from reports.text.headline import headline

        return tuple(headline(self.records, leaderboard(self.records)).warnings)

    @property
    def finished(self) -> bool:
        """Whether every variant has come to its end."""
        return self.records.finished

    @property
    def leaderboard(self) -> pd.DataFrame:
        """A row a variant, best first, of its final runs: see `reports.analysis.leaderboard.leaderboard`."""
        return leaderboard(self.records)

    @property
    def runs(self) -> pd.DataFrame:
        """A row a run: what it was, its hyperparameters, its last scores, its costs."""
        return self.records.runs.copy()

    @property
    def trials(self) -> pd.DataFrame:
        """The rows of `runs` that are trials of a search, scored on the validation split."""
        return self._of_kind("trial")

    @property
    def finals(self) -> pd.DataFrame:
        """The rows of `runs` that are final runs, scored on the test split: what variants are compared by."""
        return self._of_kind("final")

    @property
    def evals(self) -> pd.DataFrame:
        """A row a rung: the scores of a run on its way."""
        return self.records.evals.copy()

    @property
    def curves(self) -> pd.DataFrame:
        """A row a point of a curve: losses, and what the discriminator says of real and of generated images."""
        return self.records.curves.copy()

    @property
    def pairs(self) -> pd.DataFrame:
        """A row a pair of variants: see `reports.statistics.pairs.compare_pairs`."""
        return pairwise(self.records).copy()

    @property
    def race(self) -> pd.DataFrame:
        """How the race of the final runs went, look by look: see `reports.analysis.race.course`."""
        return course(study_race(self.records))

    @property
    def best_settings(self) -> pd.DataFrame:
        """A row a variant: the hyperparameters that the search chose, beside the paper's defaults."""
        return found_hyperparameters(self.records).copy()

    def samples(self, variant: str, step: int | None = None) -> Image.Image:
        """The same 64 latents of a variant's first final run, as one picture.

        Args:
            variant: Its name.
            step: The rung, in discriminator updates; the last one if None.

        Raises:
            UserError: if the variant has no samples, or none at this step; the message lists what there is.
        """
        grids = _of_variant(variant, self.records.samples)
        return Image.open(BytesIO(grids[max(grids)] if step is None else _at(step, grids)))

    def generator(self, run: str) -> "Generator":
        """The generator of a final run.

        Args:
            run: A variant, which means its first final run, or a run's label as in "dcgan-final-0001".

        Raises:
            UserError: if there is no such run, or it left no generator.
        """
        from benchmark.library.generators import Generator
        from benchmark.tracking.saved_generator import find_generator

        return Generator(find_generator(run, self.spec, self.paths, None))

    def write_report(self, folder: str | Path | None = None) -> Path:
        """Write the report, as `ganbench report` does.

        Args:
            folder: Where; runs/reports/STUDY if None.

        Returns:
            The page to open.
        """
        from reports.output.write import write_report

        return write_report(self.records, Path(folder or self.paths.report(self.study_id))).page

    def __repr__(self) -> str:
        return f"<study {self.study_id}: {self.answer}>"

    def _of_kind(self, kind: str) -> pd.DataFrame:
        runs = self.records.runs
        return runs[runs["kind"] == kind].reset_index(drop=True)


def _of_variant(variant: str, samples: Mapping[str, dict[int, bytes]]) -> dict[int, bytes]:
    if isinstance(variant, str) and variant in samples:
        return samples[variant]
    there = f"variants of this study with samples: {', '.join(samples) or 'none yet'}"
    told = f"no samples of variant {shown(variant)}; {there}"
    raise UserError(with_nearest(told, variant, samples) if isinstance(variant, str) else told)


def _at(step: int, grids: dict[int, bytes]) -> bytes:
    return look_up("step", str(step), {str(known): png for known, png in grids.items()})
