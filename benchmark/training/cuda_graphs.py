"""Training without Python in the way: each kind of turn recorded as one CUDA graph and replayed."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from benchmark.notices import tell_once
from benchmark.training.gradients import Tree, each, leaves_of
from benchmark.training.input_streams import InputStream
from benchmark.training.kernels.cuda_streams import Procedure, run_in_parallel
from benchmark.training.setup import TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.step import Trainer, Update

# Libraries choose their kernels and take their memory in the first calls, which cannot be captured.
WARM_UP_CALLS = 3


class Graph:
    """A procedure on fixed tensors that is captured as a CUDA graph after some calls, and replayed from then on.

    Elsewhere than on a GPU, and where it cannot be captured, it is called every time.

    Args:
        procedure: Reads and writes tensors that stay where they are, and synchronises nothing.
        device: Where it works.
        pool: Of memory, from `torch.cuda.graph_pool_handle`, that graphs share which never run at the same time.
    """

    def __init__(self, procedure: Procedure, device: torch.device, pool: Any = None) -> None:
        self._procedure = procedure
        self._device = device
        self._pool = pool
        self._calls_left = WARM_UP_CALLS if device.type == "cuda" else -1
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self) -> None:
        """Do it."""
        if self._graph is not None:
            self._graph.replay()
        elif self._calls_left < 0:
            self._procedure()
        elif self._calls_left > 0:
            self._calls_left -= 1
            run_in_parallel([self._procedure], self._device)  # on another stream, as it will be while it is captured
        else:
            self._capture()

    def _capture(self) -> None:
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph, pool=self._pool):
                self._procedure()
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:  # such as a loss that looks at values to decide what to compute
            tell_once(f"trains without CUDA graphs: {str(error).splitlines()[0]}")
            self._calls_left = -1
            self._procedure()
            return
        self._graph = graph
        graph.replay()


class StaticInputs:
    """The random inputs of one player's next updates at fixed places of the device, and which of them is next.

    Args:
        input_streams: Of K members.
        device: Of the members.
    """

    def __init__(self, input_streams: Sequence[InputStream], device: torch.device) -> None:
        self._input_streams = input_streams
        first = input_streams[0].chunk(0)
        self._tensors = each(lambda drawn: drawn.new_empty(len(input_streams), *drawn.shape), first)
        self._rows = torch.zeros(len(input_streams), dtype=torch.int64, device=device)
        self._loaded = [-1] * len(input_streams)

    def move_on(self, positions: Sequence[int]) -> None:
        """Have the next update's inputs of some members at hand."""
        for position in positions:
            input_stream = self._input_streams[position]
            number, row = input_stream.place
            if number != self._loaded[position]:
                for own, drawn in zip(leaves_of(self._tensors), leaves_of(input_stream.chunk(number)), strict=True):
                    own[position].copy_(drawn)
                self._rows[position] = row
                self._loaded[position] = number
            input_stream.position += 1

    def read(self, index: Tensor) -> Tree:
        """The inputs (k, ...) of the next update of the members at `index` (k,); captured with the update."""
        rows = self._rows[index]
        self._rows[index] = rows + 1
        return each(lambda drawn: drawn[index, rows], self._tensors)


class GraphTrainer(Trainer):
    """Trains a group in place, a graph for each player and set of members that move together.

    Args:
        setup: What on.
        stacked: The members.
        update: How.
    """

    def __init__(self, setup: TrainingSetup, stacked: StackedMembers, update: Update) -> None:
        super().__init__(setup, stacked, update)
        self._device = stacked.generator.weights.device
        # Turns leave nothing in it, and no two run at the same time.
        self._pool = torch.cuda.graph_pool_handle() if self._device.type == "cuda" else None
        self._graphs: dict[tuple[str, tuple[int, ...]], Graph] = {}
        self._static_inputs = {
            player: StaticInputs(
                [getattr(input_streams, player) for input_streams in stacked.input_streams], self._device
            )
            for player in ("generator", "discriminator")
        }

    def step(self, player: str, positions: Sequence[int]) -> None:
        """Update one player of some members."""
        key = player, tuple(positions)
        if key not in self._graphs:
            self._graphs[key] = Graph(self._procedure(player, positions), self._device, self._pool)
        self._static_inputs[player].move_on(positions)
        self._graphs[key]()

    def _procedure(self, player: str, positions: Sequence[int]) -> Procedure:
        index = torch.tensor(positions, device=self._device)

        def update() -> None:
            moving = self.stacked.select(positions)
            self._update(self.setup, player, moving, self._static_inputs[player].read(index))
            self.stacked.write(positions, moving)

        return update
