"""A study on a real Ray cluster of two nodes, which both run on this host: the same table, whoever leaves or joins.

`make test-cluster` runs these; they are skipped where Ray is not installed.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from pools import task_of
from tiny_study import FinishedStudy, RecordingObserver, write_tiny

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import RungRecord, TrialRecord
from benchmark.study.launch import Resources, resolve_variants, run_study
from benchmark.tracking.spool import run_folders
from benchmark.workers.cluster.asked import Cluster
from benchmark.workers.cluster.ray_pool import RayPool
from benchmark.workers.events import RungReached, Started, TaskFailed

pytest.importorskip("ray", reason="Ray is not installed: pip install 'ganbench[ray]'")
pytestmark = pytest.mark.cluster


@pytest.fixture
def kept() -> Iterator[Path]:
    """Where nodes keep what they need; Ray's sockets lie there, too, and their paths must be short."""
    with tempfile.TemporaryDirectory(prefix="gb") as folder:
        yield Path(folder)


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch, kept: Path) -> Iterator[Any]:
    """A cluster of two nodes with one core each, as if they were two hosts."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("TMPDIR", str(kept))
    from ray.cluster_utils import Cluster as Nodes

    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes.workers = [nodes.add_node(num_cpus=1), nodes.add_node(num_cpus=1)]
    monkeypatch.setenv("RAY_ADDRESS", nodes.address)
    yield nodes
    nodes.shutdown()


def records_of(paths: Paths, study_id: str) -> dict[str, tuple[object, ...]]:
    """What a study's runs came to, by label."""
    found = filter(None, map(TrialRecord.read, run_folders(paths.work(study_id))))
    return {each.config.label: (each.config, each.state, each.rungs, each.curves) for each in found}


def test_a_study_on_two_nodes_has_the_records_of_one_on_this_host(
    nodes: Any, kept: Path, finished: FinishedStudy, tmp_path: Path
) -> None:
    write_tiny(tmp_path)
    paths, observer = Paths(tmp_path, tmp_path / "data"), RecordingObserver()
    variants = resolve_variants(["gan-shallow", "wgan"], finished.spec)
    run_study(finished.spec, variants, paths, Resources(workers=Cluster(), device="cpu"), [observer])
    theirs = records_of(finished.paths, finished.spec.study_id)
    ours = records_of(paths, finished.spec.study_id)
    assert ours
    assert ours == {label: each for label, each in theirs.items() if label in ours}
    assert ours.keys() == {label for label in theirs if label.startswith(("gan-shallow-", "wgan-"))}
    assert len(list(kept.glob("ganbench-*/*/workers/*"))) == 2  # both nodes had some


def test_a_node_that_leaves_takes_no_run_with_it_and_one_that_joins_gets_its_share(
    nodes: Any, finished: FinishedStudy, tmp_path: Path
) -> None:
    configs = [finished.record(f"gan-shallow-trial-{number:04d}").config for number in (0, 1)]
    with RayPool(Cluster(), "cpu") as pool:
        for config in configs:
            pool.submit(task_of(finished.spec, tmp_path, config))
        ended: dict[str, tuple[RungRecord, ...]] = {}
        begun: list[str] = []
        for event in pool.events():
            if isinstance(event, Started):
                begun.append(event.task.configs[0].label)
            if isinstance(event, RungReached):
                if nodes.workers:
                    nodes.remove_node(nodes.workers.pop())
                    if not nodes.workers:  # nobody is left
                        nodes.add_node(num_cpus=1)
                pool.answer(event, frozenset())
            if hasattr(event, "record"):
                ended[event.record.config.label] = event.record.rungs
    assert len(begun) > 2  # what was lost was begun again
    assert ended == {config.label: finished.record(config.label).rungs for config in configs}


def test_a_task_that_ends_its_workers_is_given_up_after_three(
    nodes: Any, finished: FinishedStudy, tmp_path: Path
) -> None:
    task = task_of(finished.spec, tmp_path, finished.record("gan-shallow-trial-0000").config)
    told = []
    with RayPool(Cluster(), "cpu") as pool:
        pool.submit(task)
        for event in pool.events():
            told.append(event)
            if isinstance(event, RungReached):
                for process in psutil.process_iter(["name", "cmdline"]):
                    if "ray::_Actor" in " ".join(process.info["cmdline"] or ()):
                        process.kill()
                pool.answer(event, frozenset())
    assert [type(event) for event in told if isinstance(event, Started | TaskFailed)] == [*[Started] * 3, TaskFailed]
    assert told[-1].message.startswith("3 workers were lost with it, the last on ")
    assert told[-1].fault == "environment"


def test_what_the_cluster_has_not_is_one_line_before_anything_is_trained(nodes: Any) -> None:
    with pytest.raises(UserError, match=r"no node of the cluster has what a worker takes: 64 CPU \(at most 1\)"):
        RayPool(Cluster(cpus=64), "cpu")
    with pytest.raises(UserError, match="--device cuda: no node of the cluster has a GPU"):
        RayPool(Cluster(), "cuda")
    with pytest.raises(UserError, match="--device cpu:1: a cluster hands out its GPUs itself"):
        RayPool(Cluster(), "cpu:1")


def test_shares_of_a_gpu_are_claimed_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray counts what a node says that it has: two actors of half a GPU each fit on one with one."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    from ray.cluster_utils import Cluster as Nodes

    nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 4, "num_gpus": 1, "include_dashboard": False})
    monkeypatch.setenv("RAY_ADDRESS", nodes.address)
    try:
        with RayPool(Cluster(gpus=0.5), "auto") as pool:
            assert pool.device == "cuda"
            assert pool._room() == 2
        with RayPool(Cluster(), "auto") as pool:
            assert pool._room() == 1
        with RayPool(Cluster(cpus=2, gpus=0), "cpu") as pool:
            assert pool._room() == 2
    finally:
        nodes.shutdown()


def test_nothing_of_ray_is_imported_before_it_is_asked_for() -> None:
    import subprocess
    import sys

    code = "import sys, benchmark.workers.cluster.ray_pool, benchmark.study.launch; sys.exit('ray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0
