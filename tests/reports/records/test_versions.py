"""Variants whose runs are of more than one version of a file."""

from benchmark.records import Protocol, TrialConfig, TrialRecord
from reports.records.stored import StoredRun
from reports.records.versions import mixed_versions

PROTOCOL = Protocol("digits", 8, "test", 1, 1, "pixels", "", "running", "0.4")


def run(variant: str, number: int, sources: dict[str, str] | None) -> StoredRun:
    record = None
    if sources is not None:
        record = TrialRecord(TrialConfig(variant, "final", number, 0, {}), "complete", PROTOCOL, sources=sources)
    return StoredRun(variant, "final", number, "complete", {}, {}, "", 0, record)


def test_runs_of_one_version_are_not_mentioned() -> None:
    old, running = run("a", 1, {}), run("a", 2, None)
    assert mixed_versions([run("a", 0, {"x.py": "1"}), old, running, run("b", 0, {"x.py": "2"})]) == []


def test_runs_of_several_are_counted() -> None:
    runs = [run("a", number, {"x.py": digest, "y.py": "1"}) for number, digest in enumerate("1123")]
    assert mixed_versions([*runs, run("b", 0, {"x.py": "1"})]) == [
        "a: its runs are of 3 versions of x.py (2, 1 and 1 runs), and its numbers mix them; "
        "--set name=NAME begins a study of one version"
    ]
