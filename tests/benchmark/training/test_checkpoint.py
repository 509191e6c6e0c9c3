"""Checkpoints: a resumed run is bitwise the run that was never interrupted."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from quick_or_long import quick_or_long
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from benchmark.records import CHECKPOINT_FILE, RungRecord, TrialConfig
from benchmark.training.checkpoint import KIND, Progress, fits, read_progress, restore, save
from benchmark.training.cohort import Cohort, Member
from ganzoo.registry import VARIANTS

INTERVAL, HALT, STEPS = 3, 6, 10
COMPOSED = (
    "mlp+hinge+gp+consistency-shift+orthogonal+diffaugment+linear-decay+ema",
    "resnet-conditional+wasserstein+lp+instance-noise+cosine+ema",
    "mlp+hinge-lecam+ema",
    "mlp+hinge-san+r1+ada-quick",
)
# One of each kind of network, loss and state.
QUICK = ("gan-mlp-dropout", "dcgan", "wgan", "wgan-gp", "sngan", "began", "cgan-pd", *COMPOSED)
RUNGS = (RungRecord(3, {"fid": 12.5, "kid": 0.1}, "step-000003.png"), RungRecord(6, {"fid": 1 / 3}, "step-000006.png"))
Assign = Callable[[str], list[TrialConfig]]
Make = Callable[..., Cohort]


def progress_of(member: Member) -> Progress:
    return Progress(member.steps_done, RUNGS, member.curves.points(), member.train_seconds, 0.25)


def folder_of(root: Path, member: Member) -> Path:
    return root / member.config.label


def save_all(root: Path, cohort: Cohort) -> None:
    for member in cohort.members:
        save(folder_of(root, member), cohort, member, progress_of(member))


def rows(cohort: Cohort, member: Member) -> dict[str, Tensor]:
    """Every tensor of one member, moments and counters included."""
    position = cohort.members.index(member)
    players = {"generator": cohort.stacked.generator, "discriminator": cohort.stacked.discriminator}
    return {f"{who}/{name}": value for who, own in players.items() for name, value in own.row(position).items()}


@pytest.fixture
def halted(tmp_path: Path, configs: Assign, cohort: Make) -> tuple[Cohort, Path]:
    """A cohort of two that has trained and saved both its members."""
    trained = cohort(configs("dcgan")[:2], method="looped", dtype=torch.float32, interval=INTERVAL)
    trained.advance(HALT)
    save_all(tmp_path, trained)
    return trained, tmp_path


@pytest.mark.parametrize("variant", quick_or_long([*VARIANTS, *COMPOSED], QUICK))
def test_resumed_is_bitwise_uninterrupted(variant: str, tmp_path: Path, configs: Assign, cohort: Make) -> None:
    """A member with a generator update every second step, and one with two a step."""
    members = [configs(variant)[1], configs(variant)[3]]
    whole, halted = (cohort(members, method="looped", dtype=torch.float32, interval=2) for _ in range(2))
    whole.advance(5)
    halted.advance(2)
    save_all(tmp_path, halted)
    # A resumed member need not come back to its old place.
    resumed = cohort(members[::-1], method="looped", dtype=torch.float32, interval=2)
    for member in resumed.members:
        restore(folder_of(tmp_path, member), resumed, member)
    assert [member.steps_done for member in resumed.members] == [2, 2]
    assert [member.input_streams.generator.position for member in resumed.members] == [4, 1]
    assert resumed.advance(5) == []
    for ours, theirs in zip(resumed.members, whole.members[::-1], strict=True):
        assert ours.config == theirs.config
        expected = rows(whole, theirs)
        for name, value in rows(resumed, ours).items():
            assert value.dtype == expected[name].dtype
            assert torch.equal(value, expected[name]), name
        assert ours.curves.points() == theirs.curves.points()
        assert [step for step, _ in ours.curves.points()["loss_discriminator"]] == [2, 4, 5]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_averages_and_balances_come_back_as_they_were(
    dtype: torch.dtype, tmp_path: Path, configs: Assign, cohort: Make
) -> None:
    """And had moved by then: the average from the weights, the balance from 0."""
    variant = "infogan-autoencoder+began+ema"
    # The second and the fourth, whose ratios are high enough to let the balance rise.
    halted, resumed = (cohort(configs(variant)[1::2], method="looped", dtype=dtype) for _ in range(2))
    halted.advance(4)
    save_all(tmp_path, halted)
    for before, after in zip(halted.members, resumed.members, strict=True):
        restore(folder_of(tmp_path, after), resumed, after)
        expected, found = rows(halted, before), rows(resumed, after)
        assert expected["discriminator/loss.balance"] > 0
        assert (expected["generator/average"] - expected["generator/weights"]).abs().max() > 1e-5
        for name in ("discriminator/loss.balance", "generator/average"):
            assert found[name].dtype == dtype
            assert torch.equal(found[name], expected[name])


@pytest.mark.parametrize("variant", ["dcgan", "mlp+hinge+r1+ema"])
def test_stacked_members_resume_alone(variant: str, tmp_path: Path, configs: Assign, cohort: Make) -> None:
    members = configs(variant)
    together = cohort(members, method="stacked")
    together.advance(HALT)
    save_all(tmp_path, together)
    together.advance(STEPS)
    alone = cohort([members[2]], method="stacked")
    restore(folder_of(tmp_path, alone.members[0]), alone, alone.members[0])
    alone.advance(STEPS)
    expected = rows(together, together.members[2])
    for name, value in rows(alone, alone.members[0]).items():
        torch.testing.assert_close(value, expected[name], rtol=0, atol=1e-8)


def test_progress_comes_back_whole(halted: tuple[Cohort, Path], configs: Assign, cohort: Make) -> None:
    trained, root = halted
    fresh = cohort(configs("dcgan")[:2], method="looped", dtype=torch.float32, interval=INTERVAL)
    for before, member in zip(trained.members, fresh.members, strict=True):
        progress = restore(folder_of(root, member), fresh, member)
        assert progress == progress_of(before)
        assert progress == read_progress(folder_of(root, member))
        assert (progress.steps_done, progress.rungs, progress.score_seconds) == (HALT, RUNGS, 0.25)
        assert member.train_seconds == before.train_seconds > 0
        assert [step for step, _ in progress.curves["output_real"]] == [3, 6]


def test_restoring_one_member_leaves_the_other(halted: tuple[Cohort, Path], configs: Assign, cohort: Make) -> None:
    trained, root = halted
    fresh = cohort(configs("dcgan")[:2], method="looped", dtype=torch.float32, interval=INTERVAL)
    first, second = fresh.members
    untouched = rows(fresh, first)
    restore(folder_of(root, second), fresh, second)
    assert all(torch.equal(value, untouched[name]) for name, value in rows(fresh, first).items())
    expected = rows(trained, trained.members[1])
    assert all(torch.equal(value, expected[name]) for name, value in rows(fresh, second).items())


def test_no_file_is_no_progress(tmp_path: Path, configs: Assign, cohort: Make) -> None:
    fresh = cohort(configs("gan-mlp")[:1], method="looped")
    assert read_progress(tmp_path) is None
    assert read_progress(tmp_path / "missing") is None
    with pytest.raises(FileNotFoundError, match=CHECKPOINT_FILE):
        restore(tmp_path, fresh, fresh.members[0])


@pytest.mark.parametrize("share", [0.0, 1e-5, 0.001, 0.5, 0.999])
def test_a_truncated_file_is_no_progress(share: float, halted: tuple[Cohort, Path]) -> None:
    trained, root = halted
    path = folder_of(root, trained.members[0]) / CHECKPOINT_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    assert read_progress(path.parent) is None
    path.write_bytes(whole[:-1])
    assert read_progress(path.parent) is None
    path.write_bytes(whole)
    assert read_progress(path.parent) == progress_of(trained.members[0])


@pytest.mark.parametrize(
    "content", [b"\x00" * 4096, b"\xff" * 4096, b"not a checkpoint\n", b"\x02" + b"\x00" * 7 + b"{}"]
)
def test_garbage_is_no_progress(content: bytes, tmp_path: Path) -> None:
    (tmp_path / CHECKPOINT_FILE).write_bytes(content)
    assert read_progress(tmp_path) is None


@pytest.mark.parametrize("place", ["another-study/dcgan-trial-0000", "study/dcgan-trial-0001"])
def test_a_checkpoint_of_another_run_is_not_taken(
    place: str, tmp_path: Path, configs: Assign, cohort: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody copied the folder into another study's, or to another run of the same settings."""
    own = tmp_path / "study/dcgan-trial-0000"
    trained = cohort(configs("dcgan")[:1], method="looped", dtype=torch.float32, interval=INTERVAL)
    (member,) = trained.members
    save(own, trained, member, progress_of(member))
    assert fits(own, trained, member)
    other = tmp_path / place
    other.mkdir(parents=True)
    (own / CHECKPOINT_FILE).rename(other / CHECKPOINT_FILE)
    if other.parent == own.parent:
        member.config = replace(member.config, number=1)
    assert not fits(other, trained, member)
    assert not (other / CHECKPOINT_FILE).exists()
    told = capsys.readouterr().err
    assert f"of dcgan-trial-0000 of study with seed {trained.members[0].config.seed}" in told
    assert "the run starts again from its seed" in told


@pytest.mark.parametrize("kind", [None, "1", "3"])
def test_a_checkpoint_of_another_kind_is_no_progress(kind: str | None, halted: tuple[Cohort, Path]) -> None:
    """Nothing else about it is different."""
    trained, root = halted
    path = folder_of(root, trained.members[0]) / CHECKPOINT_FILE
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    tensors = load_file(path)
    own = {name: text for name, text in metadata.items() if name not in ("kind", "sha256")}
    save_file(tensors, path, metadata=own | ({"kind": kind} if kind else {}))
    assert read_progress(path.parent) is None
    with pytest.raises(FileNotFoundError, match=CHECKPOINT_FILE):
        restore(path.parent, trained, trained.members[0])
    save_file(tensors, path, metadata=own | {"kind": KIND})
    assert read_progress(path.parent) == progress_of(trained.members[0])


def test_members_of_different_progress_resume_together(tmp_path: Path, configs: Assign, cohort: Make) -> None:
    """One from step 2, with its generator at update 1, and one from step 4, with it at update 8."""
    members = [configs("dcgan")[1], configs("dcgan")[3]]
    whole = cohort(members, method="looped", dtype=torch.float32, interval=2)
    whole.advance(6)
    for config, halt in zip(members, (2, 4), strict=True):
        halted = cohort([config], method="looped", dtype=torch.float32, interval=2)
        halted.advance(halt)
        save_all(tmp_path, halted)
    resumed = cohort(members, method="looped", dtype=torch.float32, interval=2)
    for member in resumed.members:
        restore(folder_of(tmp_path, member), resumed, member)
    one, other = resumed.members
    assert (one.steps_done, other.steps_done) == (2, 4)
    resumed.advance(6)
    assert (one.steps_done, other.steps_done) == (4, 6)
    expected = rows(whole, whole.members[1])
    assert all(torch.equal(value, expected[name]) for name, value in rows(resumed, other).items())
    assert other.curves.points() == whole.members[1].curves.points()
    resumed.remove([other])
    resumed.advance(6)
    expected = rows(whole, whole.members[0])
    assert all(torch.equal(value, expected[name]) for name, value in rows(resumed, one).items())
    assert one.curves.points() == whole.members[0].curves.points()


def test_saving_again_replaces_and_leaves_nothing_else(halted: tuple[Cohort, Path]) -> None:
    trained, root = halted
    trained.advance(STEPS)
    save_all(root, trained)
    for member in trained.members:
        folder = folder_of(root, member)
        assert [path.name for path in folder.iterdir()] == [CHECKPOINT_FILE]
        assert read_progress(folder) == progress_of(member)


def test_a_failed_save_keeps_the_old_checkpoint(halted: tuple[Cohort, Path]) -> None:
    trained, root = halted
    member = trained.members[0]
    folder, before = folder_of(root, member), progress_of(member)
    (folder / f"{CHECKPOINT_FILE}.{os.getpid()}.tmp").mkdir()
    trained.advance(STEPS)
    with pytest.raises(Exception, match=r"[Ii]s a directory"):
        save(folder, trained, member, progress_of(member))
    assert read_progress(folder) == before
