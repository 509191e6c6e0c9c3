"""Who is told how a study goes: progress, tracking, and whatever a user brings."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol as Interface

from benchmark.agreement import CrossCheck
from benchmark.race.race import Race
from benchmark.records import Curves, Preparation, Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.workers.task import MemberStep


class StudyCallback(Interface):
    """Told what happens in a study, in the parent process, in the order in which it happens.

    Whoever inherits from it need not care about every event. No worker waits for a callback, but the study's own
    process does; what one raises ends the study, which the same command continues.
    """

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        """The study is about to run these variants.

        Args:
            spec: Resolved.
            variants: Their names.
            preparation: Protocols, the scores of real images and of noise, and a grid of real images.
        """
        return

    def on_cross_check(self, check: CrossCheck) -> None:
        """Another library was asked of the same features, beside the first runs; a preparation that was kept has it."""
        return

    def on_resume(self, folders: Sequence[Path], records: Sequence[TrialRecord]) -> None:
        """These runs ended in earlier sittings; folder by record."""
        return

    def on_variant_start(self, variant: str, parts: dict[str, str]) -> None:
        """A variant, made of these parts, is about to be searched, or goes on."""
        return

    def on_run_start(self, config: TrialConfig, protocol: Protocol) -> None:
        """A worker took a run, whose scores will mean what the protocol says."""
        return

    def on_steps(self, members: Sequence[MemberStep]) -> None:
        """Runs that train together have come so far between two rungs: about once a second, some left out."""
        return

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """A run was scored at a rung; its folder holds the sample grid."""
        return

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """A run left a record; one that was interrupted is made again by a later sitting."""
        return

    def on_race(self, race: Race) -> None:
        """All runs that the race wanted have ended, and it was looked at again; those left get more, or it is over."""
        return

    def on_variant_end(self, variant: str, best: TrialRecord | None, finals: Sequence[TrialRecord]) -> None:
        """A variant has come to its end.

        Args:
            variant: Its name.
            best: The trial whose hyperparameters the final runs have; None if no trial was completed.
            finals: The final runs.
        """
        return

    def on_notice(self, line: str) -> None:
        """There is something that a person should know."""
        return

    def on_study_end(self) -> None:
        """All variants have come to their end, or what they wait for was interrupted."""
        return


class Callbacks(StudyCallback):
    """Tells several callbacks, in their order.

    Args:
        callbacks: Whom.
    """

    def __init__(self, callbacks: Iterable[StudyCallback]) -> None:
        self._all = tuple(callbacks)

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_study_start(spec, variants, preparation)

    def on_cross_check(self, check: CrossCheck) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_cross_check(check)

    def on_resume(self, folders: Sequence[Path], records: Sequence[TrialRecord]) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_resume(folders, records)

    def on_variant_start(self, variant: str, parts: dict[str, str]) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_variant_start(variant, parts)

    def on_run_start(self, config: TrialConfig, protocol: Protocol) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_run_start(config, protocol)

    def on_steps(self, members: Sequence[MemberStep]) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_steps(members)

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_rung_end(config, rung, curves, folder)

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_run_end(record, folder)

    def on_race(self, race: Race) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_race(race)

    def on_variant_end(self, variant: str, best: TrialRecord | None, finals: Sequence[TrialRecord]) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_variant_end(variant, best, finals)

    def on_notice(self, line: str) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_notice(line)

    def on_study_end(self) -> None:
        """See `StudyCallback`."""
        for each in self._all:
            each.on_study_end()
