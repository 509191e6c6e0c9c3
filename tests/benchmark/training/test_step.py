"""The training step: whose turn it is, what a turn reads, and what it changes."""

from collections.abc import Callable, Sequence

import pytest
import torch
from plain_loop import PlainLoop
from torch import Tensor, nn

from benchmark.records import Assignment
from benchmark.training.cohort import Cohort, TrainingPlan
from benchmark.training.group import Group
from benchmark.training.step import Lesson, discriminator_turn, generator_turn, train
from benchmark.training.streams import Streams
from ganzoo.catalog import VARIANTS

BATCH, STEPS = 8, 10
# Of members at n_critic 1, 2, 5 and 0.5 after ten discriminator updates.
GENERATOR_UPDATES = [10, 5, 2, 20]
BUFFERS = ("buffers", "constraint")
Start = Callable[..., tuple[Lesson, Group]]


@pytest.fixture
def start(digits: Tensor, assignments: Callable[[str], list[Assignment]], cohort: Callable[..., Cohort]) -> Start:
    """The lesson and the four members of a variant, with some hyperparameters replaced."""

    def make(variant: str, **replaced: float) -> tuple[Lesson, Group]:
        members = [
            Assignment(variant, "trial", one.number, one.seed, one.hyperparameters | replaced)
            for one in assignments(variant)
        ]
        prepared = cohort(members, stacked=True, dtype=torch.float32)
        return Lesson(prepared.model, digits, BATCH), prepared.group

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
    for move in train(lesson, group, range(6)):
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
        assert torch.equal(largest, group.settings.clip[:, 0].float())


def test_without_clipping_weights_leave_that_box(start: Start) -> None:
    lesson, group = start("dcgan", lr_discriminator=0.05)
    discriminator_turn(lesson, group, 0)
    assert group.discriminator.weights.abs().amax(1).min() > 0.1


@pytest.mark.parametrize("variant", ["gan-mlp", "dcgan", "wgan", "wgan-gp", "sngan"])
def test_a_turn_changes_its_own_player(variant: str, start: Start) -> None:
    lesson, group = start(variant)
    own = {"weights", "moments", "updates"}
    before = snapshot(group)
    discriminator_turn(lesson, group, 0)
    for member in range(4):
        moved = changed(before, group, member)
        assert {name for name in moved if not name.endswith(BUFFERS)} == {f"discriminator.{name}" for name in own}
        assert ("discriminator.constraint" in moved) == (variant == "sngan")
    before = snapshot(group)
    generator_turn(lesson, group, (0, 0), [0, 1, 2, 3])
    for member in range(4):
        moved = changed(before, group, member)
        assert {name for name in moved if not name.endswith(BUFFERS)} == {f"generator.{name}" for name in own}
        assert "discriminator.constraint" not in moved


@pytest.mark.parametrize("variant", ["gan-mlp-dropout", "dcgan", "wgan", "sngan"])
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
def test_batch_norm_in_the_discriminator_equals_the_plain_loop(
    stacked: bool, digits: Tensor, assignments: Callable[[str], list[Assignment]]
) -> None:
    """At 16 pixels, since at 8 the discriminator has one convolution and no batch norm."""
    images = digits.repeat_interleave(2, dim=-1).repeat_interleave(2, dim=-2)
    members = [assignments("dcgan")[0], assignments("dcgan")[3]]
    plan = TrainingPlan(4, 4, stacked, torch.device("cpu"), torch.float64)
    trained = Cohort(VARIANTS["dcgan"], images, members, plan)
    trained.advance(4)
    for member, generator_updates in zip(trained.members, (4, 8), strict=True):
        oracle = PlainLoop(VARIANTS["dcgan"], images, member.assignment, batch_size=4)
        oracle.run(4)
        generator, discriminator = trained.modules(member)
        ours = {f"generator/{name}": value for name, value in generator.state_dict().items()}
        ours |= {f"discriminator/{name}": value for name, value in discriminator.state_dict().items()}
        for name, expected in oracle.tensors():
            torch.testing.assert_close(ours[name], expected, rtol=0, atol=1e-8, msg=lambda m, n=name: f"{n}: {m}")
        # A discriminator's turn is one pass of G and two of D, a generator's turn one of each.
        assert counted(generator) == {4 + generator_updates}
        assert counted(discriminator) == {2 * 4 + generator_updates}


def counted(module: nn.Module) -> set[int]:
    """How many batches the batch norms of a module have seen."""
    return {int(value) for name, value in module.named_buffers() if name.endswith("num_batches_tracked")}


def test_a_turn_reads_the_streams_of_each_member(digits: Tensor, start: Start) -> None:
    lesson, group = start("wgan-gp")
    asked = lesson.turn("discriminator", (3, 0), group)
    shape = (BATCH, lesson.model.variant.latent_size)
    for member, used in enumerate(group.streams):
        streams = Streams(used.seed, torch.device("cpu"))
        real = digits[streams.batch(3, BATCH, len(digits))].float() / 127.5 - 1
        torch.testing.assert_close(asked.real[member], real, rtol=0, atol=1e-7)
        latents = torch.rand(shape, generator=streams.at("latents-discriminator", 3, 0)) * 2 - 1
        assert torch.equal(asked.latents[member], latents)
        assert torch.equal(asked.noise[member], torch.rand(BATCH, generator=streams.at("penalty", 3, 0)))
        assert asked.key[member].item() == streams.key("discriminator", 3, 0)
    assert asked.penalty_weight.tolist() == pytest.approx([10.0, 1.0, 0.1, 5.0])
    assert asked.opponent is group.generator.weights
    assert lesson.turn("generator", (3, 0), group).opponent is group.discriminator.weights


def test_the_two_players_and_repeats_see_different_latents(start: Start) -> None:
    lesson, group = start("dcgan")
    turns = [("discriminator", (3, 0)), ("generator", (3, 0)), ("generator", (3, 1)), ("generator", (4, 0))]
    drawn = torch.stack([lesson.turn(player, step, group).latents.flatten() for player, step in turns])
    apart = torch.corrcoef(drawn) - torch.eye(4)
    assert apart.abs().max().item() < 4 / drawn.shape[1] ** 0.5
