"""The training step: whose turn it is, and what a turn changes."""

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor, nn

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort
from benchmark.training.gradients import Tree, stacked_gradients
from benchmark.training.setup import TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.step import Trainer, Update, step_inputs, update_in_parallel, update_together
from ganzoo.registry import VARIANTS, find_variant
from tools.performance.plain_loop import PlainLoop

# Of members at n_critic 1, 2, 5 and 0.5 after ten discriminator updates.
GENERATOR_UPDATES = [10, 5, 2, 20]
EVERYONE = (0, 1, 2, 3)
UPDATES: dict[str, Update] = {"stacked": update_together, "parallel": update_in_parallel}
Start = Callable[..., tuple[TrainingSetup, StackedMembers]]


@pytest.fixture
def start(configs: Callable[[str], list[TrialConfig]], cohort: Callable[..., Cohort]) -> Start:
    """The lesson and the four members of a variant, with some hyperparameters replaced."""

    def make(variant: str, **replaced: float) -> tuple[TrainingSetup, StackedMembers]:
        members = [
            TrialConfig(variant, "trial", one.number, one.seed, one.hyperparameters | replaced)
            for one in configs(variant)
        ]
        prepared = cohort(members, method="stacked", dtype=torch.float32)
        return prepared.setup, prepared.stacked

    return make


class Witness:
    """Updates members, and remembers whose turn it was and what they saw.

    Attributes:
        steps_made: Player and members, in order.
        curves: What each update saw, by name.
    """

    def __init__(self, stacked: StackedMembers) -> None:
        self.steps_made: list[tuple[str, list[int]]] = []
        self.curves: dict[str, Tensor] = {}
        self._everyone = stacked.input_streams

    def __call__(self, setup: TrainingSetup, player: str, stacked: StackedMembers, inputs: Tree) -> None:
        positions = [self._everyone.index(input_streams) for input_streams in stacked.input_streams]
        self.steps_made.append((player, positions))
        step = step_inputs(setup, player, stacked, inputs)
        _, outputs = stacked_gradients(setup.objective(player), getattr(stacked, player).weights, step)
        for name, values in outputs.curves.items():
            sums = self.curves.setdefault(name, torch.zeros(len(self._everyone), dtype=torch.float64))
            sums[positions] += values
        update_together(setup, player, stacked, inputs)


def snapshot(stacked: StackedMembers) -> dict[str, Tensor]:
    players = {"generator": stacked.generator, "discriminator": stacked.discriminator}
    return {f"{who}.{name}": value.clone() for who, own in players.items() for name, value in own.tensors().items()}


def changed(before: dict[str, Tensor], stacked: StackedMembers, member: int) -> set[str]:
    """Which kinds of one member's tensors are no longer what they were, as in `generator.moments`."""
    after = snapshot(stacked)
    moved = [name for name, value in before.items() if not torch.equal(value[member], after[name][member])]
    return {".".join(name.split(".")[:2]) for name in moved}


@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES)
@pytest.mark.parametrize("variant", ["gan-mlp", "wgan"])
def test_updates_after_ten_steps(variant: str, update: Update, start: Start) -> None:
    setup, stacked = start(variant)
    Trainer(setup, stacked, update).train(10)
    assert stacked.discriminator.updates[:, 0].tolist() == [10] * 4
    assert stacked.generator.updates[:, 0].tolist() == GENERATOR_UPDATES
    assert [input_streams.steps_done for input_streams in stacked.input_streams] == [10] * 4
    assert [input_streams.generator.position for input_streams in stacked.input_streams] == GENERATOR_UPDATES


def test_order_of_turns_by_hand(start: Start) -> None:
    """n_critic 1, 2, 5 and 0.5: the generators of members 0, 1, 2 and 3 follow every 1, 2, 5 and 1 updates."""
    setup, stacked = start("gan-mlp")
    witness = Witness(stacked)
    Trainer(setup, stacked, witness).train(5)
    discriminators, again = ("discriminator", [0, 1, 2, 3]), ("generator", [3])
    odd = [discriminators, ("generator", [0, 3]), again]
    even = [discriminators, ("generator", [0, 1, 3]), again]
    assert witness.steps_made == odd + even + odd + even + [discriminators, ("generator", [0, 2, 3]), again]


def test_members_of_different_progress_keep_their_own_turns(start: Start) -> None:
    """Member 1, every second update, has made one; member 2, every fifth, four."""
    setup, stacked = start("gan-mlp")
    for input_streams, steps in zip(stacked.input_streams, (0, 1, 4, 0), strict=True):
        input_streams.seek(steps)
    witness = Witness(stacked)
    Trainer(setup, stacked, witness).train(3)
    generators = [positions for player, positions in witness.steps_made if player == "generator"]
    assert generators == [[0, 1, 2, 3], [3], [0, 3], [3], [0, 1, 3], [3]]
    assert [input_streams.steps_done for input_streams in stacked.input_streams] == [3, 4, 7, 3]


@pytest.mark.parametrize("variant", VARIANTS)
def test_curves_are_sums_over_the_updates(variant: str, start: Start) -> None:
    setup, stacked = start(variant)
    witness = Witness(stacked)
    Trainer(setup, stacked, witness).train(2)
    assert stacked.generator.curves.keys() == {"loss_generator"}
    assert stacked.discriminator.curves.keys() == {"loss_discriminator", "output_real", "output_fake"}
    for name, sums in (stacked.generator.curves | stacked.discriminator.curves).items():
        assert (sums.shape, sums.dtype) == ((4,), torch.float64)
        assert sums.isfinite().all()
        torch.testing.assert_close(sums, witness.curves[name], rtol=0, atol=1e-6)
    # The third has made no generator update.
    assert stacked.generator.curves["loss_generator"][2] == 0


@pytest.mark.parametrize("stacked", [True, False], ids=["stacked", "single"])
def test_weights_are_in_their_box_after_every_discriminator_update(start: Start, stacked: bool) -> None:
    setup, stacked = start("wgan", lr_discriminator=0.05)
    trainer = Trainer(setup, stacked, update_together)
    for _ in range(5):
        for positions in [EVERYONE] if stacked else [[member] for member in EVERYONE]:
            trainer.step("discriminator", positions)
        largest = stacked.discriminator.weights.abs().amax(1)
        # Such steps end on the box's walls: the bound is reached, and not passed.
        assert torch.equal(largest, stacked.hyperparameters.scalars["clip"].float())


def test_without_clipping_weights_leave_that_box(start: Start) -> None:
    setup, stacked = start("dcgan", lr_discriminator=0.05)
    Trainer(setup, stacked, update_together).step("discriminator", EVERYONE)
    assert stacked.discriminator.weights.abs().amax(1).min() > 0.1


@pytest.mark.parametrize("update", UPDATES.values(), ids=UPDATES)
@pytest.mark.parametrize("variant", ["gan-mlp", "dcgan", "wgan", "wgan-gp", "sngan", "began", "r1gan", "cgan-pd"])
def test_a_turn_changes_its_own_player(variant: str, update: Update, start: Start) -> None:
    found = find_variant(variant)
    # A low ratio would hold BEGAN's balance at 0.
    setup, stacked = start(variant, **({"diversity_ratio": 1.0} if found.loss.state else {}))
    trainer = Trainer(setup, stacked, update)
    own = {"weights", "moments", "updates", "curves"}
    state = {"constraint"} if found.constraint.name == "spectral-norm" else {"loss"} if found.loss.state else set()
    before = snapshot(stacked)
    trainer.step("discriminator", EVERYONE)
    for member in EVERYONE:
        moved = {name for name in changed(before, stacked, member) if not name.endswith("buffers")}
        assert moved == {f"discriminator.{name}" for name in own | state}
    before = snapshot(stacked)
    trainer.step("generator", EVERYONE)
    for member in EVERYONE:
        moved = {name for name in changed(before, stacked, member) if not name.endswith("buffers")}
        assert moved == {f"generator.{name}" for name in own | ({"average"} if found.averaging else set())}


@pytest.mark.parametrize("variant", ["gan-mlp-dropout", "dcgan", "wgan", "sngan", "began", "r1gan"])
@pytest.mark.parametrize("positions", [[0, 2], [1, 2], [3]], ids=["apart", "neighbours", "one"])
def test_a_generator_turn_moves_only_those_whose_turn_it_is(
    variant: str, positions: Sequence[int], start: Start
) -> None:
    setup, stacked = start(variant)
    before = snapshot(stacked)
    Trainer(setup, stacked, update_together).step("generator", positions)
    for member in EVERYONE:
        assert ("generator.weights" in changed(before, stacked, member)) == (member in positions)
        assert bool(changed(before, stacked, member)) == (member in positions)
    assert [input_streams.generator.position for input_streams in stacked.input_streams] == [
        int(member in positions) for member in EVERYONE
    ]


@pytest.mark.parametrize("method", ["stacked", "looped"])
@pytest.mark.parametrize(("variant", "judged"), [("dcgan", 1), ("ragan", 2)])
def test_batch_norm_in_the_discriminator_equals_the_plain_loop(
    variant: str, judged: int, method: str, digits: LabelledImages, configs: Callable[[str], list[TrialConfig]]
) -> None:
    """At 16 pixels, since at 8 the discriminator has one convolution and no batch norm."""
    larger = digits.images.repeat_interleave(2, dim=-1).repeat_interleave(2, dim=-2)
    data = LabelledImages(larger, digits.labels, digits.classes)
    members = [configs(variant)[0], configs(variant)[3]]
    setup = TrainingSetup.of(VARIANTS[variant], data, batch_size=4, steps=4, dtype=torch.float64)
    trained = Cohort(setup, members, 4, method)
    trained.advance(4)
    for member, generator_updates in zip(trained.members, (4, 8), strict=True):
        oracle = PlainLoop(setup, member.config)
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
