"""Graphs: the same training from fixed tensors, called on a CPU and captured on a GPU."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import torch
from quick_or_long import quick_or_long
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import TrialConfig
from benchmark.training import setup as setups
from benchmark.training.cohort import Cohort
from benchmark.training.cuda_graphs import WARM_UP_CALLS, Graph, GraphTrainer, StaticInputs
from benchmark.training.gradients import Tree, leaves_of
from benchmark.training.input_streams import InputStream
from benchmark.training.setup import TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.step import Trainer, next_inputs
from benchmark.training.trainers import UPDATES, trainer_of
from ganzoo.registry import find_variant

CPU, GPU = torch.device("cpu"), torch.device("cuda")
EVERYONE = (0, 1, 2, 3)
TOGETHER = ("stacked", "parallel")
COMPOSED = "mlp+relativistic-average+r1+diffaugment+cosine+ema"
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
Start = Callable[..., tuple[TrainingSetup, StackedMembers]]


@pytest.fixture
def start(digits: LabelledImages, configs: Callable[[str], list[TrialConfig]]) -> Start:
    """The lesson and the four members of a variant, in float32."""

    def make(variant: str, device: torch.device = CPU) -> tuple[TrainingSetup, StackedMembers]:
        setup = replace(TrainingSetup.of(find_variant(variant), digits.to(device), 8, 40), patience=5)
        return setup, Cohort(setup, configs(variant), 40, "stacked").stacked

    return make


def every_tensor(stacked: StackedMembers) -> dict[str, Tensor]:
    players = {"generator": stacked.generator, "discriminator": stacked.discriminator}
    return {f"{who}/{name}": value.clone() for who, own in players.items() for name, value in own.tensors().items()}


def feeds_of(stacked: StackedMembers, player: str) -> list[InputStream]:
    return [getattr(input_streams, player) for input_streams in stacked.input_streams]


def equal(one: Tree, other: Tree) -> bool:
    pairs = zip(leaves_of(one), leaves_of(other), strict=True)
    return one.keys() == other.keys() and all(torch.equal(ours, theirs) for ours, theirs in pairs)


def test_on_a_cpu_a_graph_is_called_every_time() -> None:
    calls: list[int] = []
    graph = Graph(lambda: calls.append(len(calls)), CPU)
    for _ in range(WARM_UP_CALLS + 5):
        graph()
    assert calls == list(range(WARM_UP_CALLS + 5))


@pytest.mark.parametrize("player", ["generator", "discriminator"])
@pytest.mark.parametrize("variant", ["wgan-gp", "cgan-pd", "mlp+relativistic-average+diffaugment+instance-noise"])
def test_a_supply_gives_what_feeds_give(
    variant: str, player: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To members at different positions, over the borders of chunks of four updates."""
    monkeypatch.setattr(setups, "MOST_AHEAD", 4)
    (_, stacked), (_, other) = start(variant), start(variant)
    for input_streams, theirs, position in zip(stacked.input_streams, other.input_streams, (0, 2, 3, 8), strict=True):
        getattr(input_streams, player).position = getattr(theirs, player).position = position
    static = StaticInputs(feeds_of(other, player), CPU)
    moving: list[Sequence[int]] = [EVERYONE, [0, 2], [1, 2, 3], [3], EVERYONE, [1], [1, 3], EVERYONE, [0], EVERYONE]
    for positions in moving:
        expected = next_inputs(player, stacked.select(positions))
        static.move_on(positions)
        assert equal(static.read(torch.tensor(positions)), expected)
    assert [input_stream.position for input_stream in feeds_of(other, player)] == [
        input_stream.position for input_stream in feeds_of(stacked, player)
    ]
    assert [input_stream.position for input_stream in feeds_of(other, player)] == [6, 9, 9, 15]


@pytest.mark.parametrize(
    ("variant", "method"),
    quick_or_long(
        [
            (variant, method)
            for variant in ("gan-mlp-dropout", "dcgan", "sngan", "began", COMPOSED)
            for method in TOGETHER
        ],
        {("dcgan", "stacked"), ("dcgan", "parallel"), ("began", "stacked"), (COMPOSED, "parallel")},
    ),
)
def test_training_from_fixed_tensors_is_bitwise_the_same(variant: str, method: str, start: Start) -> None:
    """Of members that are at steps 0, 3, 27 and 31 of 40, and move on over the end of a chunk."""
    ends = []
    for kind in (Trainer, GraphTrainer):
        setup, stacked = start(variant)
        for input_streams, steps in zip(stacked.input_streams, (0, 3, 27, 31), strict=True):
            input_streams.seek(steps)
        kind(setup, stacked, UPDATES[method]).train(8)
        ends.append(every_tensor(stacked))
        assert [input_streams.steps_done for input_streams in stacked.input_streams] == [8, 11, 35, 39]
    for name, value in ends[0].items():
        assert torch.equal(ends[1][name], value), name


def test_members_trained_in_parts_go_on_where_they_were(start: Start) -> None:
    """As after a member has come or gone, when the others get another trainer."""
    (setup, whole), (_, parted) = start("gan-mlp-dropout"), start("gan-mlp-dropout")
    GraphTrainer(setup, whole, UPDATES["stacked"]).train(8)
    for steps in (3, 5):
        GraphTrainer(setup, parted, UPDATES["stacked"]).train(steps)
    for name, value in every_tensor(whole).items():
        assert torch.equal(every_tensor(parted)[name], value), name


def generators_that_move(trainer: Trainer, stacked: StackedMembers, steps: int) -> list[list[int]]:
    """Whose generator's weights are changed by each discriminator step and what follows it."""
    moved = []
    for _ in range(steps):
        before = stacked.generator.weights.clone()
        trainer.train(1)
        changed = (stacked.generator.weights != before).any(1).tolist()
        moved.append([member for member in EVERYONE if changed[member]])
    return moved


# At n_critic 1, 2, 5 and 0.5.
ODD, EVEN, FIFTH, TENTH = [0, 3], [0, 1, 3], [0, 2, 3], [0, 1, 2, 3]
MOVED = [ODD, EVEN, ODD, EVEN, FIFTH, EVEN, ODD, EVEN, ODD, TENTH]


@pytest.mark.parametrize("method", TOGETHER)
def test_weights_of_members_that_are_not_due_do_not_move(method: str, start: Start) -> None:
    setup, stacked = start("dcgan")
    assert generators_that_move(GraphTrainer(setup, stacked, UPDATES[method]), stacked, 10) == MOVED


@pytest.mark.parametrize("method", UPDATES)
def test_on_a_cpu_nothing_is_captured(method: str, start: Start) -> None:
    assert type(trainer_of(*start("gan-mlp"), method)) is Trainer


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("method", UPDATES)
def test_on_a_gpu_training_is_captured(method: str, start: Start) -> None:
    setup, stacked = start("gan-mlp", GPU)
    trainer = trainer_of(setup, stacked, method)
    assert isinstance(trainer, GraphTrainer)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trainer.train(20)
    assert trainer._graphs["discriminator", EVERYONE]._graph is not None
    assert trainer._graphs["generator", (3,)]._graph is not None


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("method", TOGETHER)
@pytest.mark.parametrize("variant", ["gan-mlp-dropout", "dcgan", "wgan-gp", "sngan", "cgan-pd", "mlp+hinge+ema"])
def test_captured_training_equals_the_calls_that_it_was_captured_from(
    variant: str, method: str, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    (setup, called), (_, captured) = start(variant, GPU), start(variant, GPU)
    Trainer(setup, called, UPDATES[method]).train(20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GraphTrainer(setup, captured, UPDATES[method]).train(20)
    assert "without CUDA graphs" not in capsys.readouterr().err
    assert [input_streams.steps_done for input_streams in captured.input_streams] == [20] * 4
    ours = every_tensor(captured)
    for name, value in every_tensor(called).items():
        torch.testing.assert_close(ours[name], value, rtol=1e-5, atol=1e-5, msg=lambda m, n=name: f"{n}: {m}")


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("method", TOGETHER)
def test_weights_of_members_that_are_not_due_do_not_move_on_a_gpu(method: str, start: Start) -> None:
    setup, stacked = start("dcgan", GPU)
    trainer = GraphTrainer(setup, stacked, UPDATES[method])
    assert generators_that_move(trainer, stacked, 30) == MOVED * 3


@pytest.mark.gpu
@needs_gpu
def test_a_captured_procedure_is_replayed() -> None:
    calls: list[int] = []
    total = torch.zeros((), device=GPU)

    def add() -> None:
        calls.append(len(calls))
        total.add_(1)

    graph = Graph(add, GPU)
    for call in range(WARM_UP_CALLS + 5):
        graph()
        assert total.item() == call + 1
    assert len(calls) == WARM_UP_CALLS + 1


@pytest.mark.gpu
@needs_gpu
def test_a_procedure_that_synchronises_is_called_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    total = torch.zeros((), device=GPU)

    def double_or_add() -> None:
        if total.item() > 2:
            total.mul_(2)
        else:
            total.add_(1)

    graph = Graph(double_or_add, GPU)
    for _ in range(WARM_UP_CALLS):
        graph()
    graph()
    assert capsys.readouterr().err.startswith("ganbench: trains without CUDA graphs: ")
    assert total.item() == 6
    graph()
    assert not capsys.readouterr().err
    assert total.item() == 12
    # What is captured later is no worse for it.
    later = torch.zeros((), device=GPU)
    other = Graph(lambda: later.add_(1), GPU)  # type: ignore[arg-type]
    for _ in range(WARM_UP_CALLS + 3):
        other()
    assert later.item() == WARM_UP_CALLS + 3
