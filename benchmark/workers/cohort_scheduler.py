"""Who trains in a cohort: members come in, end where their scores or the parent say so, and make room for others."""

from collections import deque
from collections.abc import Iterator, Sequence
from math import isfinite
from time import monotonic

from benchmark.records import State, TrialConfig, TrialRecord
from benchmark.training.arrangement import arrangement
from benchmark.training.cohort import Cohort, Member
from benchmark.training.kernels.selection import set_precision
from benchmark.workers.context import WorkerContext
from benchmark.workers.stopping import Stopped, StopRequest
from benchmark.workers.task import CohortTask, MemberStep, RungCallback, RungReport, StepCallback, folder_of
from benchmark.workers.trial_runner import TrialRunner, run_to_next_rung
from ganzoo.registry import find_variant

CURVE_POINTS = 50
SECONDS_BETWEEN_STEPS_TOLD = 1.0


def told_to_nobody(steps: Sequence[MemberStep]) -> None:
    """A `StepCallback` where nobody asks how far members are."""


def run_task(
    task: CohortTask,
    context: WorkerContext,
    report: RungCallback,
    stop: StopRequest | None = None,
    tell: StepCallback = told_to_nobody,
) -> Iterator[TrialRecord]:
    """Run what is left of a task: records that exist are given back, and checkpoints go on.

    Args:
        task: What to run.
        context: From `WorkerContext.of` of the same study and split.
        report: Told what every member scored at a rung.
        stop: What may ask the process to end.
        tell: Told how far members are between rungs.

    Yields:
        A record for every member, as it ends.

    Raises:
        Stopped: if the process was asked to end; every member has a checkpoint by then.
    """
    left: list[TrialConfig] = []
    for config in task.configs:
        if record := TrialRecord.read(folder_of(task, config)):
            yield record
        else:
            left.append(config)
    if left:
        yield from CohortScheduler(task, context, left, report, stop or StopRequest(), tell).run()


class CohortScheduler:
    """Brings the members of a task to their records, as many at a time as the device has room for.

    Args:
        task: What to run.
        context: Data and scorer.
        configs: The members.
        report: Told what every member scored at a rung; answers with the numbers of those to be pruned.
        stop: What may ask the process to end.
        tell: Told how far members are between rungs.
    """

    def __init__(
        self,
        task: CohortTask,
        context: WorkerContext,
        configs: Sequence[TrialConfig],
        report: RungCallback,
        stop: StopRequest,
        tell: StepCallback,
    ) -> None:
        self._task, self._context, self._report, self._stop, self._tell = task, context, report, stop, tell
        budget = task.spec.budget
        set_precision(task.spec.cohort.precision)
        setup = context.setup(find_variant(configs[0].variant), task.spec)
        self._places, method = arrangement(setup, len(configs), task.spec.cohort.method)
        self._waiting = deque(configs[self._places :])
        interval = max(1, budget.discriminator_steps // CURVE_POINTS)
        self._cohort = Cohort(setup, configs[: self._places], interval, method)
        self._runners: dict[Member, TrialRunner] = {}
        self._kept_at = self._told_at = monotonic()

    def run(self) -> Iterator[TrialRecord]:
        """Train to the last rung; a record for every member as it ends."""
        try:
            yield from self._run()
        except Stopped:
            self._keep()
            raise

    def _run(self) -> Iterator[TrialRecord]:
        yield from self._start_or_resume(self._cohort.members)
        while self._cohort.members or self._waiting:
            if self._cohort.members:
                outcome = run_to_next_rung(
                    self._cohort, self._runners, self._context.scorer, self._between_stretches, self._stop
                )
                yield from (runner.finish("diverged") for runner in outcome.diverged)
                yield from self._finish_or_prune(outcome.reports)
            yield from self._refill()

    def _between_stretches(self) -> None:
        """Keep what would be lost with this process, and tell how far members are, now and then; end if asked to."""
        if monotonic() - self._told_at >= SECONDS_BETWEEN_STEPS_TOLD:
            # Of what Python knows anyway: no device is asked.
            self._tell([MemberStep(m.config, m.steps_done, m.curves.last_outputs()) for m in self._cohort.members])
            self._told_at = monotonic()
        if monotonic() - self._kept_at >= self._task.checkpoint_seconds:
            self._keep()
        self._stop.check()

    def _keep(self) -> None:
        """Write the checkpoints of all who train."""
        for member in self._cohort.members:
            self._runners[member].keep()
        self._kept_at = monotonic()

    def _refill(self) -> Iterator[TrialRecord]:
        """Give the places of those that have ended to those that wait."""
        free = min(self._places - len(self._cohort.members), len(self._waiting))
        if free:
            yield from self._start_or_resume(self._cohort.admit([self._waiting.popleft() for _ in range(free)]))

    def _start_or_resume(self, members: Sequence[Member]) -> Iterator[TrialRecord]:
        for member in members:
            self._runners[member] = TrialRunner(member, self._cohort, self._context, self._task)
        yield from self._finish_or_prune([rung for member in members for rung in self._runners[member].resume()])

    def _finish_or_prune(self, reports: Sequence[RungReport]) -> Iterator[TrialRecord]:
        """End who has scores that are not finite, whom the parent prunes, and who is at the last rung."""
        if not reports:
            return
        broken = frozenset(each.config.number for each in reports if not all(map(isfinite, each.rung.scores.values())))
        yield from self._end(broken, "diverged")
        sound = [each for each in reports if each.config.number not in broken]
        yield from self._end(self._report(sound), "pruned") if sound else ()
        last = self._task.spec.budget.rungs[-1]
        yield from self._end(frozenset(each.config.number for each in sound if each.rung.step == last), "complete")

    def _end(self, numbers: frozenset[int], state: State) -> Iterator[TrialRecord]:
        ending = [member for member in self._cohort.members if member.config.number in numbers]
        for member in ending:
            yield self._runners[member].finish(state)
        self._cohort.remove(ending)
