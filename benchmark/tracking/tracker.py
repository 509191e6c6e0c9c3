"""What the parent process tells MLflow, in the order in which a study lives."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.agreement import CrossCheck
from benchmark.paths import Paths
from benchmark.race.race import Race
from benchmark.records import RECORD_FILE, Curves, Preparation, Protocol, RungRecord, TrialConfig, TrialRecord
from benchmark.spec import Spec
from benchmark.tracking.child import end_child, identity, log_rung, open_child
from benchmark.tracking.connection import Connection
from benchmark.tracking.data_inputs import log_data
from benchmark.tracking.experiment import Baseline, Experiment
from benchmark.tracking.grouping import has_groups
from benchmark.tracking.parent import end_parent, log_real_samples, open_parent, show_samples, verdict_tags
from benchmark.tracking.runs import OpenRun, all_runs, holds_its_record, is_delivered, log_points, log_tags
from benchmark.tracking.store import artifact_location, connect, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient


class Tracker:
    """Records one study in MLflow.

    Nothing raises because the server is away: that is said once, the server is left alone for half a minute, and what
    was not sent follows from the records. Every call may be repeated, in this process or a later one; nothing is
    written twice. Whatever a call needs that an earlier one could not write (experiment, parent, run) is made then.

    Args:
        spec: The study.
        paths: The folders of the checkout.
        uri: MLflow's tracking URI; None for MLFLOW_TRACKING_URI, else the SQLite file under runs/.
        notify: Told in one line what a person should know.

    Raises:
        UserError: if the URI is not one that MLflow keeps runs in.
    """

    def __init__(self, spec: Spec, paths: Paths, uri: str | None, notify: Callable[[str], None]) -> None:
        self._spec = spec
        self._uri = tracking_uri(paths, uri)
        self._artifacts = artifact_location(paths, self._uri, spec.study_id)
        self._connection = Connection(lambda: connect(paths, self._uri), notify, forget=self._forget)
        self._experiment: Experiment | None = None
        self._real_grid: Path | None = None
        self._descriptions: dict[str, dict[str, str]] = {}
        self._protocols: dict[str, Protocol] = {}
        self._race: Race | None = None
        self._experiment_id = ""
        self._parents: dict[str, OpenRun] = {}
        self._children: dict[str, OpenRun] = {}
        self._owed: set[str] = set()
        self.sent = 0  # records that MLflow got of this tracker

    @property
    def owed(self) -> frozenset[str]:
        """Labels of the runs and names of the variants whose records MLflow has not got whole, as far as is known."""
        return frozenset(self._owed)

    def owe(self, *names: str) -> None:
        """Remember that MLflow is to get these."""
        self._owed.update(names)

    def connect(self) -> None:
        """Reach MLflow, which takes seconds the first time, rather than when there is something to tell it."""
        self._connection.attempt(_nothing)

    def start_study(
        self, protocol: Protocol, baseline: Baseline, real_grid: Path, cross_check: CrossCheck | None = None
    ) -> None:
        """Find or create the experiment, named by the study's id.

        Args:
            protocol: What the scores of the search mean.
            baseline: Scores of real images and of noise: `{split: {"floor" or "noise": scores}}`.
            real_grid: A PNG of real images, which every parent run shows.
            cross_check: What another library makes of the same features, if it was asked.
        """
        self._experiment = Experiment(self._spec, protocol, baseline, self._artifacts, cross_check)
        self._real_grid = real_grid
        self._connection.attempt(self._open_experiment)

    def on_study_start(self, spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        """Find or create the experiment; see `start_study`."""
        protocol = preparation.protocols[spec.score.search_split]
        self.start_study(protocol, preparation.baseline, preparation.real_grid, preparation.cross_check)

    def on_cross_check(self, check: CrossCheck) -> None:
        """Write on the experiment what another library makes of the same features."""
        assert self._experiment is not None
        self._experiment = replace(self._experiment, cross_check=check)
        self._experiment_id = ""
        self._connection.attempt(self._open_experiment)

    def on_resume(self, folders: Sequence[Path], records: Sequence[TrialRecord]) -> None:
        """Send what MLflow has not got of earlier runs; see `sync`."""
        self.sync(folders)

    def on_notice(self, line: str) -> None:
        """Is for people."""

    def on_steps(self, members: Sequence[object]) -> None:
        """Is for people: a run's curves say it."""

    def on_race(self, race: Race) -> None:
        """Remember what the race says by now; `on_variant_end` writes it."""
        self._race = race

    def on_variant_start(self, variant: str, parts: dict[str, str]) -> None:
        """Find or create the parent run of a variant.

        Args:
            variant: Its name.
            parts: What it is made of (architecture, loss, penalty ...), as the parent's parameters.
        """
        self._descriptions[variant] = parts
        self._parents.pop(variant, None)
        self._connection.attempt(lambda client: self._parent(client, variant))

    def on_run_start(self, config: TrialConfig, protocol: Protocol) -> None:
        """Create the child run of an assignment, or set running again the one that a crash left behind.

        Args:
            config: Variant, kind and number say which run it is.
            protocol: What its scores will mean.
        """
        self._protocols[config.label] = protocol
        self._children.pop(config.label, None)
        self._connection.attempt(lambda client: self._child(client, config))

    def on_rung_end(self, config: TrialConfig, rung: RungRecord, curves: Curves, folder: Path) -> None:
        """Log the scores and the sample grid of a rung, and the curves so far; `on_run_end` makes up for a failure.

        Args:
            config: Of a run that was started.
            rung: What was measured.
            curves: By name in `CURVES`: points (discriminator step, value); those logged before are left out.
            folder: The run's folder, which holds `rung.samples`.
        """
        self._connection.attempt(lambda client: log_rung(client, self._child(client, config), rung, curves, folder))

    def on_sample(self, values: dict[str, float]) -> None:
        """Log a sample of this machine on every run that is under way; one that cannot be sent is lost.

        Args:
            values: From `benchmark.tracking.system_metrics.sample`.
        """
        self._connection.attempt(lambda client: self._log_sample(client, values))

    def _log_sample(self, client: "MlflowClient", values: dict[str, float]) -> None:
        for run in self._children.values():
            step = 1 + max((step for name, step in run.logged if name in values), default=-1)
            log_points(client, run, ((name, step, value) for name, value in values.items()))

    def on_run_end(self, record: TrialRecord, folder: Path) -> None:
        """Log what of a record MLflow has not got, and end its run; it is kept and sent later if the server is away.

        Args:
            record: What the run left behind.
            folder: Its folder, with sample grids and, of final runs, weights.
        """
        self.owe(record.config.label)
        self._protocols[record.config.label] = record.protocol
        self._connection.keep(record.config.label, lambda client: self._deliver(client, record, folder))
        self._connection.send_kept()

    def _deliver(self, client: "MlflowClient", record: TrialRecord, folder: Path) -> None:
        label = record.config.label
        self._protocols[label] = record.protocol
        end_child(client, self._child(client, record.config), record, folder)
        if record.config.kind == "final" and record.config.number == 0 and record.final_scores:
            # Now rather than with all the others at the end of the study, when somebody waits for its report.
            show_samples(client, self._open_experiment(client), self._parent(client, record.config.variant), record)
        del self._children[label], self._protocols[label]
        self._owed.discard(label)
        self.sent += 1

    def on_variant_end(self, variant: str, best: TrialRecord | None, finals: Sequence[TrialRecord]) -> None:
        """Write mean and standard deviation over the final runs on the parent, and end it; kept like a run's record.

        Args:
            variant: Its name.
            best: The trial whose hyperparameters the final runs have; None if no trial was completed.
            finals: The final runs.
        """

        def job(client: "MlflowClient") -> None:
            parent = self._parent(client, variant)
            if finals:  # scored against another split than trials, perhaps
                log_data(client, parent.run_id, self._spec.train_split, finals[0].protocol)
            end_parent(client, self._open_experiment(client), parent, best, finals)
            if self._race is not None and variant in self._race.verdicts:
                log_tags(client, parent, verdict_tags(self._race, variant))
            self._owed.discard(variant)

        self.owe(variant)
        self._connection.keep(variant, job)
        self._connection.send_kept()

    def sync(self, folders: Iterable[Path]) -> None:
        """Send every record on disk that MLflow has not got, and what else was kept.

        Args:
            folders: Folders of runs; those without a record are passed over.
        """
        found = list(folders)
        self.owe(*(folder.name for folder in found if (folder / RECORD_FILE).is_file()))
        self._connection.keep("", lambda client: self._send_missing(client, found))
        self._connection.send_kept()

    def _send_missing(self, client: "MlflowClient", folders: Iterable[Path]) -> None:
        names = tuple(identity(TrialConfig("", "trial", 0, 0, {})))
        runs = all_runs(client, self._open_experiment(client), {})
        # What an earlier release recorded gets the names of today beside its own.
        whole = (r for r in runs if is_delivered(r) and holds_its_record(r) and has_groups(r.data.params))
        delivered = {tuple(run.data.tags.get(name, "") for name in names) for run in whole}
        for folder in folders:
            record = TrialRecord.left_in(folder)
            if record is None:
                continue
            if tuple(identity(record.config).values()) not in delivered:
                self._deliver(client, record, folder)
            self._owed.discard(folder.name)

    def on_study_end(self) -> None:
        """Try once more to send what was kept; what still cannot be sent stays on disk for `sync`."""
        self._connection.rest()
        self._connection.send_kept()

    def _forget(self) -> None:
        """What MLflow has is asked again, for it may have got what it did not acknowledge."""
        self._experiment_id = ""
        self._parents.clear()
        self._children.clear()

    def _open_experiment(self, client: "MlflowClient") -> str:
        if not self._experiment_id:
            if self._experiment is None:
                raise RuntimeError("start_study comes before every other call")
            self._experiment_id = self._experiment.open(client)
        return self._experiment_id

    def _parent(self, client: "MlflowClient", variant: str) -> OpenRun:
        if variant not in self._parents:
            experiment_id, description = self._open_experiment(client), self._descriptions.get(variant, {})
            parent = open_parent(client, experiment_id, self._spec, variant, description)
            if self._experiment is not None and self._real_grid is not None:
                log_data(client, parent.run_id, self._spec.train_split, self._experiment.protocol)
                log_real_samples(client, parent.run_id, self._real_grid)
            self._parents[variant] = parent
        return self._parents[variant]

    def _child(self, client: "MlflowClient", config: TrialConfig) -> OpenRun:
        label = config.label
        if label not in self._children:
            where = (self._open_experiment(client), self._parent(client, config.variant))
            self._children[label] = open_child(client, self._spec, where, config, self._protocols[label])
        return self._children[label]


def _nothing(client: "MlflowClient") -> None:
    pass
