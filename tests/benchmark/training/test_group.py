"""Groups: whose generator is due, and members chosen out of a cohort and put back."""

from collections.abc import Callable

import pytest
import torch

from benchmark.records import Assignment
from benchmark.training.cohort import Cohort
from benchmark.training.group import SCALARS, Group, Settings
from ganzoo.hyperparameters import NAMES, Hyperparameters

CPU = torch.device("cpu")
N_CRITIC = (1, 2, 5, 0.5, 1 / 3)
VARIANT = "dcgan+non-saturating+ema"


@pytest.fixture
def group(assignments: Callable[[str], list[Assignment]], cohort: Callable[..., Cohort]) -> Group:
    """Five members at paces (1, 1), (2, 1), (5, 1), (1, 2) and (1, 3), with batch norm and averaged weights."""
    start = assignments(VARIANT)[0].hyperparameters
    members = [
        Assignment(VARIANT, "trial", row, row, start | {"n_critic": n_critic, "lr_generator": (row + 1) * 1e-3})
        for row, n_critic in enumerate(N_CRITIC)
    ]
    return cohort(members, stacked=True, dtype=torch.float32).group


def every_tensor(group: Group) -> dict[str, torch.Tensor]:
    players = {"generator": group.generator, "discriminator": group.discriminator}
    return {f"{player}/{name}": value for player, own in players.items() for name, value in own.tensors().items()}


# Members due by discriminator step, then by repeat, to the first repeat at which nobody is.
DUE = [
    [[0, 3, 4], [3, 4], [4], []],
    [[0, 1, 3, 4], [3, 4], [4], []],
    [[0, 3, 4], [3, 4], [4], []],
    [[0, 1, 3, 4], [3, 4], [4], []],
    [[0, 2, 3, 4], [3, 4], [4], []],
    [[0, 1, 3, 4], [3, 4], [4], []],
]


def test_whose_generator_is_due_by_hand(group: Group) -> None:
    assert group.settings.pace == ((1, 1), (2, 1), (5, 1), (1, 2), (1, 3))
    assert [[group.due(step, repeat) for repeat in range(4)] for step in range(6)] == DUE
    assert group.due(9, 0) == [0, 1, 2, 3, 4]


def test_a_chosen_member_keeps_its_pace(group: Group) -> None:
    some = group.select([1, 3])
    assert [some.due(0, repeat) for repeat in range(3)] == [[1], [1], []]
    assert [some.due(1, repeat) for repeat in range(3)] == [[0, 1], [1], []]


@pytest.mark.parametrize("positions", [[0, 2, 4], [1, 2, 3], [3]], ids=["apart", "neighbours", "one"])
def test_a_selection_holds_its_members_in_order(group: Group, positions: list[int]) -> None:
    some = group.select(positions)
    assert len(some) == len(positions)
    assert some.streams == tuple(group.streams[position] for position in positions)
    assert [streams.seed for streams in some.streams] == positions
    assert some.settings.generator.lr[:, 0].tolist() == pytest.approx([(row + 1) * 1e-3 for row in positions])
    assert some.settings.pace == tuple(group.settings.pace[position] for position in positions)
    whole = every_tensor(group)
    for name, value in every_tensor(some).items():
        assert torch.equal(value, whole[name][positions]), name


@pytest.mark.parametrize(
    ("positions", "views"), [([0, 2, 4], False), ([1, 2, 3], True), ([0, 1, 2, 3, 4], True), ([3], True)]
)
def test_only_neighbours_are_views(group: Group, positions: list[int], views: bool) -> None:
    whole = every_tensor(group)
    for name, value in every_tensor(group.select(positions)).items():
        if value.numel() == 0:
            continue  # no memory to share
        shared = value.untyped_storage().data_ptr() == whole[name].untyped_storage().data_ptr()
        assert shared is views, name


@pytest.mark.parametrize("positions", [[0, 2, 4], [1, 2, 3], [3]], ids=["apart", "neighbours", "one"])
def test_written_back_changes_reach_those_members_alone(group: Group, positions: list[int]) -> None:
    before = {name: value.clone() for name, value in every_tensor(group).items()}
    some = group.select(positions)
    for value in every_tensor(some).values():
        value.add_(1)
    group.write(positions, some)
    for name, value in every_tensor(group).items():
        expected = before[name].clone()
        expected[positions] += 1
        assert torch.equal(value, expected), name


def test_settings_of_members_with_everything_and_with_nothing() -> None:
    own = {
        "clip": 0.01,
        "penalty_weight": 10.0,
        "constraint_weight": 1e-4,
        "balance_gain": 0.002,
        "diversity_ratio": 0.75,
    }
    full = Hyperparameters(1e-3, 2e-3, 0.99, 0.5, beta1=0.5).updated(own)
    bare = Hyperparameters(3e-3, 4e-3, 0.9, 5)
    settings = Settings.of([full, bare], CPU)
    assert settings.generator.lr.tolist() == [[1e-3], [3e-3]]
    assert settings.discriminator.lr.tolist() == [[2e-3], [4e-3]]
    for rates in (settings.generator, settings.discriminator):
        assert rates.beta1.tolist() == [[0.5], [0.0]]
        assert rates.beta2.tolist() == [[0.99], [0.9]]
    assert {name: values.tolist() for name, values in settings.scalars.items()} == {
        name: [value, 0.0] for name, value in own.items()
    }
    assert {values.dtype for values in settings.scalars.values()} == {torch.float64}
    assert settings.pace == ((1, 2), (5, 1))
    last = settings.select([1], slice(1, 2))
    assert {name: values.tolist() for name, values in last.scalars.items()} == {name: [0.0] for name in own}
    assert last.pace == ((5, 1),)


def test_every_hyperparameter_goes_to_an_optimiser_or_the_pace_or_the_objectives() -> None:
    assert {"lr_generator", "lr_discriminator", "beta1", "beta2", "n_critic", *SCALARS} == set(NAMES)
