"""A cohort against the plain loop, against its members alone, and when a member diverges."""

from collections.abc import Callable

import pytest
import torch
from plain_consistency import ALL_PENALTIES
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.performance.plain_loop import PlainLoop
from benchmark.records import Assignment
from benchmark.training.cohort import Cohort, Member
from ganzoo.catalog import VARIANTS, find_variant

STEPS = 20
# With the recipes, every part of the zoo.
COMPOSED = (
    "mlp+hinge+gp+consistency-shift+orthogonal+linear-decay+ema",
    "mlp+relativistic-average+r1+consistency+diffaugment+instance-noise+cosine",
    "dcgan+least-squares+diffaugment-translation+ema",
    "resnet-conditional+wasserstein+lp+dragan+diffaugment",
)
Assign = Callable[[str], list[Assignment]]
Make = Callable[..., Cohort]
Read = Callable[[Cohort, Member], dict[str, Tensor]]


@pytest.mark.parametrize("stacked", [True, False], ids=["stacked", "looped"])
@pytest.mark.parametrize("variant", [*VARIANTS, *COMPOSED])
def test_four_members_equal_four_plain_loops(
    variant: str, stacked: bool, digits: LabelledImages, assignments: Assign, cohort: Make, tensors: Read
) -> None:
    members = assignments(variant)
    trained = cohort(members, stacked=stacked)
    assert trained.advance(STEPS) == []
    if not stacked:
        assert all(gradients.plays_back for gradients in trained.lesson.recorded.values())
    for member in trained.members:
        plan = (trained.plan.batch_size, STEPS, torch.float64)
        oracle = PlainLoop(find_variant(variant), digits, member.assignment, *plan, ALL_PENALTIES)
        oracle.advance(STEPS)
        ours = tensors(trained, member)
        for name, expected in oracle.tensors():
            torch.testing.assert_close(ours[name], expected, rtol=0, atol=1e-8, msg=lambda m, n=name: f"{n}: {m}")
        if find_variant(variant).averaging:
            averaged = dict(trained.modules(member, averaged=True)[0].named_parameters())
            for name, expected in oracle.average.items():
                torch.testing.assert_close(averaged[name].detach(), expected, rtol=0, atol=1e-8)
        curve = dict(member.curves.points()["loss_discriminator"])
        assert list(curve) == [7, 14, 20]
        assert curve[7] == pytest.approx(sum(oracle.losses[:7]) / 7, abs=1e-5)


@pytest.mark.parametrize("variant", ["gan-mlp-dropout", "dcgan", "wgan-gp", "sngan"])
def test_a_member_trains_as_if_it_were_alone(variant: str, assignments: Assign, cohort: Make, tensors: Read) -> None:
    members = assignments(variant)
    together = cohort(members, stacked=True)
    together.advance(STEPS)
    for member in together.members:
        alone = cohort([member.assignment], stacked=True)
        alone.advance(STEPS)
        for name, value in tensors(alone, alone.members[0]).items():
            torch.testing.assert_close(tensors(together, member)[name], value, rtol=0, atol=1e-8)


@pytest.mark.parametrize("variant", ["gan-mlp", "dcgan", "wgan-gp"])
def test_looped_members_are_bitwise_those_alone_in_float32(
    variant: str, assignments: Assign, cohort: Make, tensors: Read
) -> None:
    members = assignments(variant)
    together = cohort(members, stacked=False, dtype=torch.float32)
    together.advance(STEPS)
    for member in together.members:
        alone = cohort([member.assignment], stacked=False, dtype=torch.float32)
        alone.advance(STEPS)
        for name, value in tensors(alone, alone.members[0]).items():
            assert torch.equal(tensors(together, member)[name], value), name


@pytest.mark.parametrize("stacked", [True, False], ids=["stacked", "looped"])
def test_a_diverged_member_ends_alone(stacked: bool, assignments: Assign, cohort: Make, tensors: Read) -> None:
    members = assignments("gan-mlp")
    wild = Assignment("gan-mlp", "trial", 1, 1001, members[1].hyperparameters | {"lr_discriminator": 1e300})
    mixed = cohort([members[0], wild, members[2], members[3]], stacked=stacked)
    lost = mixed.advance(STEPS)
    assert [member.assignment.number for member in lost] == [1]
    assert [member.assignment.number for member in mixed.members] == [0, 2, 3]
    healthy = cohort([members[0], members[2], members[3]], stacked=stacked)
    healthy.advance(STEPS)
    for ours, theirs in zip(mixed.members, healthy.members, strict=True):
        for name, value in tensors(healthy, theirs).items():
            torch.testing.assert_close(tensors(mixed, ours)[name], value, rtol=0, atol=1e-8)


def test_a_cohort_whose_members_all_diverge_ends(assignments: Assign, cohort: Make) -> None:
    members = [
        Assignment("gan-mlp", "trial", row, row, member.hyperparameters | {"lr_discriminator": 1e300})
        for row, member in enumerate(assignments("gan-mlp"))
    ]
    dead = cohort(members, stacked=False)
    assert len(dead.advance(STEPS)) == 4
    assert dead.members == []


def test_stopping_on_the_way_changes_nothing(assignments: Assign, cohort: Make, tensors: Read) -> None:
    members = assignments("dcgan")
    whole, halting = cohort(members, stacked=False), cohort(members, stacked=False)
    whole.advance(STEPS)
    for stop in (3, 10, STEPS):
        halting.advance(stop)
    for ours, theirs in zip(halting.members, whole.members, strict=True):
        for name, value in tensors(whole, theirs).items():
            assert torch.equal(tensors(halting, ours)[name], value), name


def test_training_leaves_the_global_random_state_alone(assignments: Assign, cohort: Make) -> None:
    before = torch.random.get_rng_state()
    cohort(assignments("gan-mlp-dropout"), stacked=True).advance(2)
    assert torch.equal(torch.random.get_rng_state(), before)
