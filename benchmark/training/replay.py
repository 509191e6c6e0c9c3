"""Training one member on a CPU without autograd in the way: each player's update bound to the member's tensors."""

from collections.abc import Sequence

import torch
from torch import Tensor

from benchmark.pixels import to_float_in
from benchmark.training.gradients import Tree, each, leaves_of, tree_of
from benchmark.training.input_streams import InputStream
from benchmark.training.kernels.optimisers import OPTIMISERS, OptimiserSettings
from benchmark.training.objectives import StepInputs
from benchmark.training.setup import TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.state import Player
from benchmark.training.step import AFTERWARDS, MEMORIES, Trainer, Update, step_inputs


class ReplayTrainer(Trainer):
    """Trains a group of one as `Trainer` does, bit for bit, and runs each player's program once it is there."""

    def __init__(self, setup: TrainingSetup, stacked: StackedMembers, update: Update) -> None:
        super().__init__(setup, stacked, update)
        self._bound: dict[str, BoundUpdate] = {}

    def step(self, player: str, positions: Sequence[int]) -> None:
        """Update one player."""
        if player not in self._bound and self.setup.recorded[player].program:
            self._bound[player] = BoundUpdate(self.setup, player, self.stacked)
        if bound := self._bound.get(player):
            bound()
        else:
            super().step(player, positions)


class BoundUpdate:
    """One player's updates by its program, on tensors that stay where they are.

    Args:
        setup: What the member trains on; its gradients are recorded.
        player: "generator" or "discriminator".
        stacked: The member.
    """

    def __init__(self, setup: TrainingSetup, player: str, stacked: StackedMembers) -> None:
        recorded = setup.recorded[player]
        if recorded.program is None:
            raise ValueError(f"{player} is not recorded")
        self._model, self._player, self._stacked = setup.model, player, stacked
        self._own: Player = getattr(stacked, player)
        self._inputs = StaticInputs(setup, player, stacked)
        self._run = recorded.program.bind([self._own.weights, *leaves_of(tree_of(self._inputs.step))])
        optimiser = OPTIMISERS[setup.model.variant.optimiser]
        self._optimise = optimiser.bind(self._own.weights, self._own.moments, self._own.updates, self._inputs.settings)
        state = {
            "generator_buffers": stacked.generator.buffers,
            "discriminator_buffers": stacked.discriminator.buffers,
        } | {name: getattr(stacked.discriminator, name) for name in MEMORIES}
        self._state = [state[part][name] for part in state for name in recorded.names[part]]
        self._curves = [self._own.curves[name] for name in recorded.names["curves"]]

    @torch.inference_mode()
    def __call__(self) -> None:
        """Make the next update."""
        own = self._own
        factor = self._inputs.move_on()
        gradients, *left = self._run()
        own.updates.add_(1)
        self._optimise(gradients, factor)
        AFTERWARDS[self._player](self._model, self._stacked)
        kept = len(self._state)
        if kept:
            torch._foreach_copy_(self._state, left[:kept])
        torch._foreach_add_(self._curves, left[kept:])


class StaticInputs:
    """What one player's updates read, at places that stay, filled anew for each update.

    Args:
        setup: What the member trains on.
        player: "generator" or "discriminator".
        stacked: The member.

    Attributes:
        step: What the next update reads.
        settings: Of the player's optimiser.
    """

    def __init__(self, setup: TrainingSetup, player: str, stacked: StackedMembers) -> None:
        self._data = setup.data
        self._stream: InputStream = getattr(stacked.input_streams[0], player)
        self.settings: OptimiserSettings = getattr(stacked.hyperparameters, player)
        first = each(lambda drawn: drawn[:1].clone(), self._stream.chunk(0))
        self.step: StepInputs = step_inputs(setup, player, stacked, first)
        self._drawn = [tensor[0] for tensor in _drawn(tree_of(self.step))]
        self._loaded = -1

    def move_on(self) -> float:
        """Have the next update's inputs in place; gives back the factor of its learning rate."""
        number, row = self._stream.place
        if number != self._loaded:
            self._load(number)
        self._stream.position += 1
        torch._foreach_copy_(self._drawn, self._rows[row])
        batch = self._batches[row]
        if self.step.real.numel():
            to_float_in(self.step.real[0], torch.index_select(self._data.images, 0, batch))
        if self.step.labels.numel():
            torch.index_select(self._data.labels, 0, batch, out=self.step.labels[0])
        return self._factors[row]

    def _load(self, number: int) -> None:
        chunk = self._stream.chunk(number)
        self._batches = chunk["batch"].unbind()
        self._rows = list(zip(*(drawn.unbind() for drawn in _drawn(chunk)), strict=True))
        self._factors: list[float] = chunk["factor"].tolist()
        self._loaded = number


def _drawn(tree: Tree) -> list[Tensor]:
    """What chance and the schedule give to an update, of any shapes, in one order for chunks and steps."""
    return [tree["latents"], *tree["noise"].values(), tree["key"], tree["progress"]]
