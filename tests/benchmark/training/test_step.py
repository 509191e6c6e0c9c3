"""The training step: whose turn it is, what a turn reads, and what it changes."""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor, nn

from benchmark.datasets.catalog import LabelledImages
from benchmark.performance.plain_loop import PlainLoop
from benchmark.records import Assignment
from benchmark.training.cohort import Cohort, TrainingPlan, lesson_of
from benchmark.training.group import Group
from benchmark.training.step import Lesson, discriminator_turn, generator_turn, train
from ganzoo.catalog import VARIANTS, find_variant

BATCH, STEPS = 8, 10
# Of members at n_critic 1, 2, 5 and 0.5 after ten discriminator updates.
GENERATOR_UPDATES = [10, 5, 2, 20]
Start = Callable[..., tuple[Lesson, Group]]


@pytest.fixture
def start(
    digits: LabelledImages, assignments: Callable[[str], list[Assignment]], cohort: Callable[..., Cohort]
) -> Start:
    """The lesson and the four members of a variant, with some hyperparameters replaced."""

    def make(variant: str, **replaced: float) -> tuple[Lesson, Group]:
        members = [
            Assignment(variant, "trial", one.number, one.seed, one.hyperparameters | replaced)
            for one in assignments(variant)
        ]
        prepared = cohort(members, stacked=True, dtype=torch.float32)
        return Lesson(prepared.model, digits, BATCH, STEPS), prepared.group

    return make


def snapshot(group: Group) -> dict[str, Tensor]:
    players = {"generator": group.generator, "discriminator": group.discriminator}
    return {f"{who}.{name}": value.clone() for who, own in players.items() for name, value in own.tensors().items()}


def changed(before: dict[str, Tensor], group: Group, member: int) -> set[str]:
    """Which kinds of one member's tensors are no longer what they were, as in `generator.moments`."""
    after = snapshot(group)
    moved = [name for name, value in before.items() if not torch.equal(value[member], after[name][member])]
    return {".".join(name.split(".")[:2]) for name in moved}


@pytest.mark.parametrize("variant", ["gan-mlp", "wgan"])
def test_updates_after_ten_steps(variant: str, start: Start) -> None:
    lesson, group = start(variant)
    moves = list(train(lesson, group, range(STEPS)))
    assert group.discriminator.updates[:, 0].tolist() == [STEPS] * 4
    assert group.generator.updates[:, 0].tolist() == GENERATOR_UPDATES
    seen = [sum(member in move.positions for move in moves if "loss_generator" in move.curves) for member in range(4)]
    assert seen == GENERATOR_UPDATES


def test_order_of_turns_by_hand(start: Start) -> None:
    """n_critic 1, 2, 5 and 0.5: the generators of members 0, 1, 2 and 3 follow every 1, 2, 5 and 1 updates."""
    lesson, group = start("gan-mlp")
    turns = [(min(move.curves), list(move.positions)) for move in train(lesson, group, range(5))]
    discriminators, again = ("loss_discriminator", [0, 1, 2, 3]), ("loss_generator", [3])
    odd = [discriminators, ("loss_generator", [0, 3]), again]
    even = [discriminators, ("loss_generator", [0, 1, 3]), again]
    assert turns == odd + even + odd + even + [discriminators, ("loss_generator", [0, 2, 3]), again]


@pytest.mark.parametrize("variant", VARIANTS)
def test_curves_are_finite_and_complete(variant: str, start: Start) -> None:
    lesson, group = start(variant)
    for move in train(lesson, group, range(2)):
        names = ({"loss_generator"}, {"loss_discriminator", "output_real", "output_fake"})
        assert move.curves.keys() in names
        for values in move.curves.values():
            assert values.shape == (len(move.positions),)
            assert values.isfinite().all()


@pytest.mark.parametrize("stacked", [True, False], ids=["stacked", "single"])
def test_weights_are_in_their_box_after_every_discriminator_update(start: Start, stacked: bool) -> None:
    lesson, group = start("wgan", lr_discriminator=0.05)
    groups = [group] if stacked else [group.select([member]) for member in range(4)]
    for step in range(5):
        for moving in groups:
            discriminator_turn(lesson, moving, step)
        largest = group.discriminator.weights.abs().amax(1)
        # Such steps end on the box's walls: the bound is reached, and not passed.
        assert torch.equal(largest, group.settings.scalars["clip"].float())


def test_without_clipping_weights_leave_that_box(start: Start) -> None:
    lesson, group = start("dcgan", lr_discriminator=0.05)
    discriminator_turn(lesson, group, 0)
    assert group.discriminator.weights.abs().amax(1).min() > 0.1


@pytest.mark.parametrize("variant", ["gan-mlp", "dcgan", "wgan", "wgan-gp", "sngan", "began", "r1gan", "cgan-pd"])
def test_a_turn_changes_its_own_player(variant: str, start: Start) -> None:
    recipe = find_variant(variant)
    # A low ratio would hold BEGAN's balance at 0.
    lesson, group = start(variant, **({"diversity_ratio": 1.0} if recipe.loss.state else {}))
    own = {"weights", "moments", "updates"}
    state = {"constraint"} if recipe.constraint.name == "spectral-norm" else {"loss"} if recipe.loss.state else set()
    before = snapshot(group)
    discriminator_turn(lesson, group, 0)
    for member in range(4):
        moved = {name for name in changed(before, group, member) if not name.endswith("buffers")}
        assert moved == {f"discriminator.{name}" for name in own | state}
    before = snapshot(group)
    generator_turn(lesson, group, (0, 0), [0, 1, 2, 3])
    for member in range(4):
        moved = {name for name in changed(before, group, member) if not name.endswith("buffers")}
        assert moved == {f"generator.{name}" for name in own | ({"average"} if recipe.averaging else set())}


@pytest.mark.parametrize("variant", ["gan-mlp-dropout", "dcgan", "wgan", "sngan", "began", "r1gan"])
@pytest.mark.parametrize("positions", [[0, 2], [1, 2], [3]], ids=["apart", "neighbours", "one"])
def test_a_generator_turn_moves_only_those_whose_turn_it_is(
    variant: str, positions: Sequence[int], start: Start
) -> None:
    lesson, group = start(variant)
    before = snapshot(group)
    move = generator_turn(lesson, group, (0, 0), positions)
    assert move.positions == positions
    for member in range(4):
        assert ("generator.weights" in changed(before, group, member)) == (member in positions)
        assert bool(changed(before, group, member)) == (member in positions)


@pytest.mark.parametrize("stacked", [True, False], ids=["stacked", "looped"])
@pytest.mark.parametrize(("variant", "judged"), [("dcgan", 1), ("ragan", 2)])
def test_batch_norm_in_the_discriminator_equals_the_plain_loop(
    variant: str, judged: int, stacked: bool, digits: LabelledImages, assignments: Callable[[str], list[Assignment]]
) -> None:
    """At 16 pixels, since at 8 the discriminator has one convolution and no batch norm."""
    larger = digits.images.repeat_interleave(2, dim=-1).repeat_interleave(2, dim=-2)
    data = LabelledImages(larger, digits.labels, digits.classes)
    members = [assignments(variant)[0], assignments(variant)[3]]
    plan = TrainingPlan(4, 4, 4, stacked, torch.device("cpu"), torch.float64)
    trained = Cohort(lesson_of(VARIANTS[variant], data, plan), members, plan)
    trained.advance(4)
    for member, generator_updates in zip(trained.members, (4, 8), strict=True):
        oracle = PlainLoop(VARIANTS[variant], data, member.assignment, 4, 4, torch.float64)
        oracle.advance(4)
        generator, discriminator = trained.modules(member, averaged=False)
        ours = {f"generator/{name}": value for name, value in generator.state_dict().items()}
        ours |= {f"discriminator/{name}": value for name, value in discriminator.state_dict().items()}
        for name, expected in oracle.tensors():
            torch.testing.assert_close(ours[name], expected, rtol=0, atol=1e-8, msg=lambda m, n=name: f"{n}: {m}")
        # A discriminator's turn is one pass of G and two of D; a generator's is one of G and one of D, or two.
        assert counted(generator) == {4 + generator_updates}
        assert counted(discriminator) == {2 * 4 + judged * generator_updates}


def counted(module: nn.Module) -> set[int]:
    """How many batches the batch norms of a module have seen."""
    return {int(value) for name, value in module.named_buffers() if name.endswith("num_batches_tracked")}
