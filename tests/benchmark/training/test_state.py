"""The tensors of a cohort: selecting members, writing them back, and one member's row."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from benchmark.training.state import Player, stack_players

NAMES = ["weights", "buffers.1.running_mean", "buffers.1.num_batches_tracked", "moments.mean", "moments.square"]
NAMES += ["updates", "constraint.0.weight", "loss.balance", "augmentations.ada.strength", "average", "curves.loss"]


def member(number: int) -> Player:
    """A player of one row whose every number tells its member and its tensor apart."""
    base = 100.0 * number
    return Player(
        weights=base + torch.arange(16.0)[None],
        buffers={
            "1.running_mean": base + 20 + torch.arange(3.0)[None],
            "1.num_batches_tracked": torch.tensor([2**53 + 1 + 2 * number]),
        },
        moments={"mean": base + 30 + torch.arange(16.0)[None], "square": base + 50 + torch.arange(16.0)[None]},
        updates=torch.tensor([[base + 70]], dtype=torch.float64),
        constraint={"0.weight": base + 80 + torch.arange(4.0)[None]},
        loss={"balance": torch.tensor([base + 85])},
        augmentations={"ada.strength": torch.tensor([base + 85.5])},
        average=base + 86 + torch.arange(16.0)[None],
        curves={"loss": torch.tensor([base + 99], dtype=torch.float64)},
    )


@pytest.fixture
def player() -> Player:
    return stack_players([member(number) for number in range(4)])


def test_stacked_players_keep_their_rows_and_types(player: Player) -> None:
    tensors = player.tensors()
    assert list(tensors) == NAMES
    for number in range(4):
        for name, value in member(number).tensors().items():
            assert tensors[name].dtype == value.dtype
            assert torch.equal(tensors[name][number], value[0])
    assert player.updates.shape == (4, 1)
    assert player.buffers["1.num_batches_tracked"].shape == player.loss["balance"].shape == (4,)
    assert player.curves["loss"].tolist() == [99, 199, 299, 399]


def test_names_do_not_collide_between_kinds() -> None:
    """A buffer, a moment, a constraint, a loss, an augmentation and a curve under one name stay six tensors."""
    one, two, three, four, half, five = ({"weights": torch.tensor([n])} for n in (1.0, 2.0, 3.0, 4.0, 4.5, 6.0))
    same = Player(torch.zeros(1, 1), one, two, torch.zeros(1, 1), three, four, half, torch.full((1, 1), 5.0), five)
    names = [
        "weights",
        "buffers.weights",
        "moments.weights",
        "updates",
        "constraint.weights",
        "loss.weights",
        "augmentations.weights",
        "average",
        "curves.weights",
    ]
    assert list(same.tensors()) == names
    assert [same.tensors()[name].item() for name in names] == [0, 1, 2, 0, 3, 4, 4.5, 5, 6]


def test_players_without_averages_are_stacked_and_selected() -> None:
    bare = stack_players([replace(member(number), average=torch.empty(1, 0)) for number in range(3)])
    assert bare.average.shape == (3, 0)
    assert bare.select(slice(0, 2)).average.shape == (2, 0)
    chosen = bare.select(torch.tensor([0, 2]))
    bare.write(torch.tensor([0, 2]), chosen)
    bare.load_row(1, bare.row(2))
    assert torch.equal(bare.weights[1], member(2).weights[0])


def test_a_slice_selects_views(player: Player) -> None:
    middle = player.select(slice(1, 3))
    for name, value in player.tensors().items():
        view = middle.tensors()[name]
        assert torch.equal(view, value[1:3])
        view.add_(5)
        assert torch.equal(value[1:3], view), name
    assert torch.equal(player.weights[0], member(0).weights[0])


def test_indices_select_copies(player: Player) -> None:
    ends = player.select(torch.tensor([0, 3]))
    for name, value in player.tensors().items():
        copy, before = ends.tensors()[name], value.clone()
        assert torch.equal(copy, value[[0, 3]])
        copy.add_(5)
        assert torch.equal(value, before), name


@pytest.mark.parametrize(
    ("index", "rows"), [(torch.tensor([0, 3]), [0, 3]), (slice(1, 3), [1, 2])], ids=["indices", "slice"]
)
def test_what_is_written_back_stands_in_its_rows(player: Player, index: slice | Tensor, rows: list[int]) -> None:
    before = {name: value.clone() for name, value in player.tensors().items()}
    chosen = player.select(index)
    for value in chosen.tensors().values():
        value.add_(1)
    player.write(index, chosen)
    for name, value in player.tensors().items():
        moved = torch.zeros_like(value)
        moved[rows] = 1
        assert torch.equal(value, before[name] + moved), name


def test_remember_takes_over_what_an_update_returned_in_place(player: Player) -> None:
    view = player.select(slice(2, 4))
    mean, left = torch.full((2, 3), -1.0), torch.full((2, 4), -2.0)
    buffers = {"1.running_mean": mean, "1.num_batches_tracked": torch.tensor([8, 9])}
    view.remember(
        {
            "buffers": buffers,
            "constraint": {"0.weight": left},
            "loss": {"balance": torch.tensor([-3.0, -4.0])},
            "augmentations": {"ada.strength": torch.tensor([-5.0, -6.0])},
        }
    )
    assert player.buffers["1.running_mean"][:, 0].tolist() == [20, 120, -1, -1]
    assert player.buffers["1.num_batches_tracked"][2:].tolist() == [8, 9]
    assert player.constraint["0.weight"][:, 0].tolist() == [80, 180, -2, -2]
    assert player.loss["balance"].tolist() == [85, 185, -3, -4]
    assert player.augmentations["ada.strength"].tolist() == [85.5, 185.5, -5, -6]
    view.remember({"buffers": {}, "loss": {}})
    assert player.buffers["1.running_mean"][:, 0].tolist() == [20, 120, -1, -1]
    assert player.loss["balance"].tolist() == [85, 185, -3, -4]


def test_a_row_goes_to_another_place_and_touches_no_other(player: Player) -> None:
    row = player.row(1)
    assert list(row) == NAMES
    other = stack_players([member(number) for number in (7, 8)])
    other.load_row(0, row)
    for name, value in other.tensors().items():
        assert torch.equal(value[0], member(1).tensors()[name][0]), name
        assert torch.equal(value[1], member(8).tensors()[name][0]), name
    # Too odd for float64: a detour over floating point would round it.
    assert other.buffers["1.num_batches_tracked"][0].item() == 2**53 + 3


def test_a_row_is_a_copy(player: Player) -> None:
    row = player.row(2)
    for value in row.values():
        value.fill_(-1)
    for name, value in player.tensors().items():
        assert torch.equal(value[2], member(2).tensors()[name][0]), name


def test_a_row_that_lacks_a_tensor_is_refused(player: Player) -> None:
    row = player.row(0)
    del row["moments.square"]
    with pytest.raises(KeyError, match=r"moments\.square"):
        player.load_row(1, row)
