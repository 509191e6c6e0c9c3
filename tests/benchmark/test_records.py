"""What a trial leaves behind: round trips, atomic writes, and the scores that count."""

import json
from dataclasses import replace
from math import inf, isnan, nan
from pathlib import Path
from typing import get_args

import pytest

from benchmark.records import (
    COSTS,
    CURVES,
    RECORD_FILE,
    Protocol,
    RungRecord,
    State,
    TrialConfig,
    TrialRecord,
)

PROTOCOL = Protocol(
    dataset="digits",
    resolution=8,
    split="validation",
    real_images=449,
    generated_images=1000,
    extractor="digits-cnn",
    extractor_digest="0123456789abcdef",
    batch_norm="accumulated",
    torch_fidelity="0.4.0",
    averaging="recipe",
)
RECORD = TrialRecord(
    config=TrialConfig("wgan-gp", "trial", 3, 2**63 - 1, {"lr_generator": 1e-4, "n_critic": 5, "beta1": 0.0}),
    state="complete",
    protocol=PROTOCOL,
    rungs=(
        RungRecord(250, {"fid": 131.25, "kid": 0.1 + 0.2}, "step-000250.png"),
        RungRecord(500, {"fid": 80.5, "kid": 1e-300}, "step-000500.png"),
    ),
    curves={"loss_discriminator": ((100, 1.5), (200, -0.25)), "output_real": ()},
    costs={"train_seconds": 12.5, "images_seen": 32_000},
    environment={"torch": "2.15.0", "device": "cpu"},
    message="",
)


def test_json_gives_the_record_back() -> None:
    assert TrialRecord.from_json(RECORD.to_json()) == RECORD


def test_a_record_from_before_averages_were_sampled_says_so() -> None:
    values = json.loads(RECORD.to_json())
    del values["protocol"]["averaging"], values["sha256"]
    assert TrialRecord.from_json(json.dumps(values)).protocol == replace(PROTOCOL, averaging="off")


def test_json_gives_an_empty_record_back() -> None:
    empty = TrialRecord(RECORD.config, "failed", PROTOCOL, message="needs 3 GiB of memory")
    assert TrialRecord.from_json(empty.to_json()) == empty


def test_json_keeps_what_a_diverged_run_measured() -> None:
    points = ((1, inf), (2, -inf), (3, nan))
    again = TrialRecord.from_json(replace(RECORD, state="diverged", curves={"loss_generator": points}).to_json())
    values = [value for _, value in again.curves["loss_generator"]]
    assert values[:2] == [inf, -inf]
    assert isnan(values[2])


def test_json_is_readable_by_name() -> None:
    values = json.loads(RECORD.to_json())
    assert values["assignment"]["hyperparameters"]["lr_generator"] == 1e-4
    assert values["rungs"][1] == {"step": 500, "scores": {"fid": 80.5, "kid": 1e-300}, "samples": "step-000500.png"}
    assert values["protocol"]["split"] == "validation"


@pytest.mark.parametrize("state", get_args(State))
def test_final_scores_are_the_last_rung_of_a_complete_run_only(state: State) -> None:
    expected = {"fid": 80.5, "kid": 1e-300} if state == "complete" else {}
    assert replace(RECORD, state=state).final_scores == expected


def test_a_run_without_rungs_has_no_final_scores() -> None:
    assert replace(RECORD, rungs=()).final_scores == {}


@pytest.mark.parametrize(
    ("kind", "number", "label"), [("trial", 3, "dcgan-trial-0003"), ("final", 12345, "dcgan-final-12345")]
)
def test_label(kind: str, number: int, label: str) -> None:
    assert TrialConfig("dcgan", kind, number, 0, {}).label == label  # type: ignore[arg-type]


def test_written_record_is_read_back_and_leaves_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "work" / "dcgan-trial-0003"
    RECORD.write(folder)
    assert TrialRecord.read(folder) == RECORD
    assert [path.name for path in folder.iterdir()] == [RECORD_FILE]


def test_a_run_that_has_not_ended_has_no_record(tmp_path: Path) -> None:
    assert TrialRecord.read(tmp_path) is None
    assert TrialRecord.read(tmp_path / "missing") is None
    (tmp_path / f"{RECORD_FILE}.tmp").write_text('{"assignment": {"vari', encoding="utf-8")
    assert TrialRecord.read(tmp_path) is None


@pytest.mark.parametrize("step", ["write_text", "replace"])
def test_an_interrupted_write_keeps_the_last_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    RECORD.write(tmp_path)

    def interrupted(path: Path, *_: object, **__: object) -> None:
        path.write_bytes(b'{"assignment": ')
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            replace(RECORD, message="second").write(tmp_path)
    assert TrialRecord.read(tmp_path) == RECORD
    replace(RECORD, message="third").write(tmp_path)
    assert TrialRecord.read(tmp_path) == replace(RECORD, message="third")
    assert [path.name for path in tmp_path.iterdir()] == [RECORD_FILE]


def test_costs_are_told_apart() -> None:
    columns = [*CURVES.values(), *COSTS.values()]
    assert len({column.label for column in columns}) == len(columns)
    assert COSTS["train_seconds"].unit == "s"


def test_a_run_that_was_interrupted_has_not_ended(tmp_path: Path) -> None:
    replace(RECORD, state="interrupted", message="no room").write(tmp_path)
    assert TrialRecord.read(tmp_path) is None
    RECORD.write(tmp_path)
    assert TrialRecord.read(tmp_path) == RECORD


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"config": replace(RECORD.config, number=2**70)}, "is not from 0 to 9223372036854775807"),
        ({"config": replace(RECORD.config, seed=2**63)}, "9223372036854775808 is not from 0 to"),
        ({"rungs": (RungRecord(10**25, {}, ""),)}, "is not from 0 to"),
        ({"curves": {"loss_generator": ((-1, 0.0),)}}, "-1 is not from 0 to"),
        ({"costs": {"state": 1.0}}, "'state' is the name of no number"),
        ({"rungs": (RungRecord(1, {"variant": 1.0, "number": 2.0}, ""),)}, "'number' is the name of no number"),
        ({"config": replace(RECORD.config, hyperparameters={"kind": 1.0})}, "'kind' is the name of no number"),
    ],
)
def test_what_no_table_can_hold_is_refused(changes: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        replace(RECORD, **changes)


def test_what_no_table_can_hold_is_refused_in_a_file() -> None:
    text = json.dumps({name: value for name, value in json.loads(RECORD.to_json()).items() if name != "sha256"})
    assert TrialRecord.from_json(text) == RECORD
    with pytest.raises(ValueError, match="is not from 0 to"):
        TrialRecord.from_json(text.replace('"number": 3', f'"number": {2**70}'))
