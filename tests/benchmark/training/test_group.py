"""Groups: whose generator is due, and members chosen out of a cohort and put back."""

from collections.abc import Callable

import pytest
import torch

from benchmark.records import Assignment
from benchmark.training.cohort import Cohort
from benchmark.training.group import SCALARS, Group, Settings
from benchmark.training.lesson import Pace
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
    return cohort(members, method="stacked", dtype=torch.float32).group


def every_tensor(group: Group) -> dict[str, torch.Tensor]:
    players = {"generator": group.generator, "discriminator": group.discriminator}
    return {f"{player}/{name}": value for player, own in players.items() for name, value in own.tensors().items()}


PACES = [Pace(1, 1), Pace(2, 1), Pace(5, 1), Pace(1, 2), Pace(1, 3)]
# Members due by discriminator step, then by repeat, to the first repeat at which nobody is.
DUE = [
    [[0, 3, 4], [3, 4], [4], []],
    [[0, 1, 3, 4], [3, 4], [4], []],
    [[0, 3, 4], [3, 4], [4], []],
    [[0, 1, 3, 4], [3, 4], [4], []],
    [[0, 2, 3, 4], [3, 4], [4], []],
    [[0, 1, 3, 4], [3, 4], [4], []],
]


def due_after(group: Group, step: int) -> list[list[int]]:
    """Who is due after discriminator step `step`, from 0, by repeat."""
    for feeds in group.feeds:
        feeds.discriminator.position = step + 1
    return [group.due(repeat) for repeat in range(4)]


def test_whose_generator_is_due_by_hand(group: Group) -> None:
    assert [feeds.pace for feeds in group.feeds] == PACES
    assert [due_after(group, step) for step in range(6)] == DUE
    assert due_after(group, 9)[0] == [0, 1, 2, 3, 4]


def test_members_of_different_progress_are_due_by_their_own(group: Group) -> None:
    for feeds, steps in zip(group.feeds, (3, 4, 4, 4, 4), strict=True):
        feeds.discriminator.position = steps
    assert group.due(0) == [0, 1, 3, 4]
    group.feeds[1].discriminator.position, group.feeds[2].discriminator.position = 5, 5
    assert group.due(0) == [0, 2, 3, 4]


def test_a_chosen_member_keeps_its_pace(group: Group) -> None:
    some = group.select([1, 3])
    assert due_after(some, 0) == [[1], [1], [], []]
    assert due_after(some, 1) == [[0, 1], [1], [], []]


@pytest.mark.parametrize("positions", [[0, 2, 4], [1, 2, 3], [3]], ids=["apart", "neighbours", "one"])
def test_a_selection_holds_its_members_in_order(group: Group, positions: list[int]) -> None:
    some = group.select(positions)
    assert len(some) == len(positions)
    assert some.feeds == tuple(group.feeds[position] for position in positions)
    assert [feeds.pace for feeds in some.feeds] == [PACES[position] for position in positions]
    assert some.settings.generator.lr[:, 0].tolist() == pytest.approx([(row + 1) * 1e-3 for row in positions])
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


def test_joined_groups_are_their_members_in_order_as_copies(
    group: Group, assignments: Callable[[str], list[Assignment]], cohort: Callable[..., Cohort]
) -> None:
    other = cohort(assignments(VARIANT)[1:3], method="stacked", dtype=torch.float32).group
    some = group.select([1, 3])
    joined = Group.joined([some, other])
    assert len(joined) == 4
    assert joined.feeds == (*some.feeds, *other.feeds)
    parts = every_tensor(some), every_tensor(other)
    for name, value in every_tensor(joined).items():
        assert torch.equal(value, torch.cat([part[name] for part in parts])), name
        if value.numel() == 0:
            continue  # no memory to share
        storages = {part[name].untyped_storage().data_ptr() for part in parts}
        assert value.untyped_storage().data_ptr() not in storages, name
    settings = joined.settings
    assert settings.generator.lr[:, 0].tolist() == [2e-3, 4e-3, 2e-3, 5e-4]
    assert settings.discriminator.lr[:, 0].tolist() == [5e-4, 5e-4, 1e-3, 2e-3]
    assert (
        settings.generator.betas == settings.discriminator.betas == ((0.0, 0.9), (0.0, 0.9), (0.5, 0.99), (0.9, 0.999))
    )
    assert {name: values.tolist() for name, values in settings.scalars.items()} == dict.fromkeys(SCALARS, [0.0] * 4)


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
        assert rates.beta2.tolist() == [[0.99], [0.9]]
        assert rates.betas == ((0.5, 0.99), (0.0, 0.9))
    assert {name: values.tolist() for name, values in settings.scalars.items()} == {
        name: [value, 0.0] for name, value in own.items()
    }
    assert {values.dtype for values in settings.scalars.values()} == {torch.float64}
    last = settings.select([1], slice(1, 2))
    assert {name: values.tolist() for name, values in last.scalars.items()} == {name: [0.0] for name in own}
    assert last.generator.betas == last.discriminator.betas == ((0.0, 0.9),)


def test_every_hyperparameter_goes_to_an_optimiser_or_the_pace_or_the_objectives() -> None:
    assert {"lr_generator", "lr_discriminator", "beta1", "beta2", "n_critic", *SCALARS} == set(NAMES)
