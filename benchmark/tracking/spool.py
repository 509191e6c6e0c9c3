"""What MLflow is to get of a study besides its runs' records: kept on disk, so that it can be sent at any time.

A run's own record lies in its folder (`benchmark.records.TrialRecord`); what the parents of runs carry follows from
those, but for what stands here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

from benchmark.agreement import CrossCheck
from benchmark.digests import check_whole, sealed_json
from benchmark.errors import UserError
from benchmark.files import atomic_write, is_file, read_file
from benchmark.json_records import from_json, to_json
from benchmark.race.race import Race
from benchmark.records import (
    RECORD_FILE,
    TAG_BASELINE,
    TAG_CROSS_CHECK,
    TAG_PROTOCOL,
    TAG_SPEC,
    Curves,
    Kind,
    Preparation,
    Protocol,
    RungRecord,
    TrialConfig,
    TrialRecord,
)
from benchmark.spec import Spec, stored_spec
from benchmark.tracking.experiment import Baseline, Experiment, baseline_of

STUDY_FILE = "study.json"
REAL_GRID = "real.png"
KEPT = (TAG_SPEC, TAG_PROTOCOL, TAG_BASELINE, TAG_CROSS_CHECK)


@dataclass(frozen=True)
class StudyRecord:
    """What a study leaves beside the records of its runs.

    Attributes:
        tags: Of its MLflow experiment, those that the report reads.
        variants: What each variant that was started is made of, in the order of their starts.
        ended: By variant that came to its end, the label of the trial whose settings it raced with; "" if none.
    """

    tags: dict[str, str]
    variants: dict[str, dict[str, str]] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)

    @property
    def spec(self) -> Spec:
        """The resolved spec."""
        return stored_spec(self.tags[TAG_SPEC])

    @property
    def protocol(self) -> Protocol:
        """What the scores of the search mean."""
        return from_json(Protocol, self.tags[TAG_PROTOCOL])

    @property
    def baseline(self) -> Baseline:
        """Scores of real images and of noise."""
        return baseline_of(self.tags[TAG_BASELINE])

    @property
    def cross_check(self) -> CrossCheck | None:
        """What another library makes of the same features, if it was asked."""
        text = self.tags.get(TAG_CROSS_CHECK)
        return CrossCheck.from_json(text) if text else None

    @property
    def finished(self) -> bool:
        """Whether every variant that was started has come to its end."""
        return self.variants.keys() <= self.ended.keys()

    def write(self, folder: Path) -> None:
        """Write it into the study's folder of runs, whole or not at all."""
        with atomic_write(folder / STUDY_FILE) as unfinished:
            unfinished.write_text(sealed_json(to_json(self, indent=1)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "StudyRecord | None":
        """The one in a study's folder of runs; None if there is none.

        Raises:
            UserError: if it cannot be read; the study's own command writes it anew.
        """
        path = folder / STUDY_FILE
        try:
            found = from_json(cls, check_whole(read_file(path)))
            found.check()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            why = " ".join(str(error).split())[:200]
            raise UserError(f"{path}: cannot be read ({why}); `ganbench run` of the study writes it anew") from error
        return found

    def check(self) -> None:
        """Make sure that its tags can be read.

        Raises:
            ValueError: if one of them is missing, or not what it should be.
        """
        missing = {TAG_SPEC, TAG_PROTOCOL, TAG_BASELINE} - self.tags.keys()
        if missing:
            raise ValueError(f"without {min(missing)}")
        _ = self.spec, self.protocol, self.baseline, self.cross_check


class Spool:
    """Keeps the `StudyRecord` of a study up to date; told in the study's own thread, before MLflow is.

    Args:
        folder: The study's folder of runs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._record = StudyRecord({})

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        """Keep what the experiment carries, and what earlier sittings left."""
        protocol = preparation.protocols[spec.score.search_split]
        experiment = Experiment(spec, protocol, preparation.baseline, None, preparation.cross_check)
        tags = {name: value for name, value in experiment.tags().items() if name in KEPT}
        self._keep(replace(self._earlier(), tags=tags))

    def on_cross_check(self, check: CrossCheck) -> None:
        """Keep what the experiment carries of it."""
        self._keep(replace(self._record, tags=self._record.tags | {TAG_CROSS_CHECK: check.to_json()}))

    def on_variant_start(self, variant: str, parts: dict[str, str]) -> None:
        """Keep what a variant is made of."""
        self._keep(replace(self._record, variants=self._record.variants | {variant: parts}))

    def on_variant_end(self, variant: str, best: TrialRecord | None, finals: Sequence[TrialRecord]) -> None:
        """Keep that a variant has ended, and with which settings it raced."""
        label = best.config.label if best else ""
        self._keep(replace(self._record, ended=self._record.ended | {variant: label}))

    def on_resume(self, folders: Sequence[Path], records: Sequence[TrialRecord]) -> None:
        """The runs' own records say it."""

    def on_run_start(self, config: TrialConfig, protocol: Protocol) -> None:
        """The run's own record says it."""

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """The run's own record says it."""

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """The run's own record says it."""

    def on_race(self, race: Race) -> None:
        """It follows from the runs' records."""

    def on_notice(self, line: str) -> None:
        """Is for people."""

    def on_steps(self, members: Sequence[object]) -> None:
        """Is for people: a run's curves say it."""

    def on_study_end(self) -> None:
        """Each variant has said it."""

    def _earlier(self) -> StudyRecord:
        try:
            return StudyRecord.read(self._folder) or StudyRecord({})
        except UserError:  # all that it says is told again
            return StudyRecord({})

    def _keep(self, record: StudyRecord) -> None:
        self._record = record
        record.write(self._folder)


def is_label(name: str) -> bool:
    """Whether a name may be that of a run's folder; a copy that a person laid beside it is none."""
    return bool(re.fullmatch(rf".+-({'|'.join(get_args(Kind))})-\d{{4,}}", name))


def run_folders(folder: Path) -> Iterator[Path]:
    """The folders of a study's runs that have left a record, in the order in which they did."""
    named = (path for path in folder.glob(f"*/{RECORD_FILE}") if is_label(path.parent.name) and is_file(path))
    records = [(path.stat().st_mtime_ns, path.parent.name, path.parent) for path in named]
    return (found for _, _, found in sorted(records))
