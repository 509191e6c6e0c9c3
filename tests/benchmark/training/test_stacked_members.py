"""Groups: whose generator is due, and members chosen out of a cohort and put back."""

from collections.abc import Callable

import pytest
import torch

from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort
from benchmark.training.setup import UpdateSchedule
from benchmark.training.stacked_members import StackedHyperparameters, StackedMembers
from ganzoo.hyperparameters import NAMES, SCALARS, Hyperparameters

CPU = torch.device("cpu")
N_CRITIC = (1, 2, 5, 0.5, 1 / 3)
VARIANT = "dcgan+non-saturating+ema"


@pytest.fixture
def stacked(configs: Callable[[str], list[TrialConfig]], cohort: Callable[..., Cohort]) -> StackedMembers:
    """Five members at paces (1, 1), (2, 1), (5, 1), (1, 2) and (1, 3), with batch norm and averaged weights."""
    start = configs(VARIANT)[0].hyperparameters
    members = [
        TrialConfig(VARIANT, "trial", row, row, start | {"n_critic": n_critic, "lr_generator": (row + 1) * 1e-3})
        for row, n_critic in enumerate(N_CRITIC)
    ]
    return cohort(members, method="stacked", dtype=torch.float32).stacked


def every_tensor(stacked: StackedMembers) -> dict[str, torch.Tensor]:
    players = {"generator": stacked.generator, "discriminator": stacked.discriminator}
    return {f"{player}/{name}": value for player, own in players.items() for name, value in own.tensors().items()}


PACES = [UpdateSchedule(1, 1), UpdateSchedule(2, 1), UpdateSchedule(5, 1), UpdateSchedule(1, 2), UpdateSchedule(1, 3)]
# Members due by discriminator step, then by repeat, to the first repeat at which nobody is.
DUE = [
    [[0, 3, 4], [3, 4], [4], []],
    [[0, 1, 3, 4], [3, 4], [4], []],
    [[0, 3, 4], [3, 4], [4], []],
    [[0, 1, 3, 4], [3, 4], [4], []],
    [[0, 2, 3, 4], [3, 4], [4], []],
    [[0, 1, 3, 4], [3, 4], [4], []],
]


def due_after(stacked: StackedMembers, step: int) -> list[list[int]]:
    """Who is due after discriminator step `step`, from 0, by repeat."""
    for input_streams in stacked.input_streams:
        input_streams.discriminator.position = step + 1
    return [stacked.due(repeat) for repeat in range(4)]


def test_whose_generator_is_due_by_hand(stacked: StackedMembers) -> None:
    assert [input_streams.update_schedule for input_streams in stacked.input_streams] == PACES
    assert [due_after(stacked, step) for step in range(6)] == DUE
    assert due_after(stacked, 9)[0] == [0, 1, 2, 3, 4]


def test_members_of_different_progress_are_due_by_their_own(stacked: StackedMembers) -> None:
    for input_streams, steps in zip(stacked.input_streams, (3, 4, 4, 4, 4), strict=True):
        input_streams.discriminator.position = steps
    assert stacked.due(0) == [0, 1, 3, 4]
    stacked.input_streams[1].discriminator.position, stacked.input_streams[2].discriminator.position = 5, 5
    assert stacked.due(0) == [0, 2, 3, 4]


def test_a_chosen_member_keeps_its_pace(stacked: StackedMembers) -> None:
    some = stacked.select([1, 3])
    assert due_after(some, 0) == [[1], [1], [], []]
    assert due_after(some, 1) == [[0, 1], [1], [], []]


@pytest.mark.parametrize("positions", [[0, 2, 4], [1, 2, 3], [3]], ids=["apart", "neighbours", "one"])
def test_a_selection_holds_its_members_in_order(stacked: StackedMembers, positions: list[int]) -> None:
    some = stacked.select(positions)
    assert len(some) == len(positions)
    assert some.input_streams == tuple(stacked.input_streams[position] for position in positions)
    assert [input_streams.update_schedule for input_streams in some.input_streams] == [
        PACES[position] for position in positions
    ]
    assert some.hyperparameters.generator.lr[:, 0].tolist() == pytest.approx([(row + 1) * 1e-3 for row in positions])
    whole = every_tensor(stacked)
    for name, value in every_tensor(some).items():
        assert torch.equal(value, whole[name][positions]), name


@pytest.mark.parametrize(
    ("positions", "views"), [([0, 2, 4], False), ([1, 2, 3], True), ([0, 1, 2, 3, 4], True), ([3], True)]
)
def test_only_neighbours_are_views(stacked: StackedMembers, positions: list[int], views: bool) -> None:
    whole = every_tensor(stacked)
    for name, value in every_tensor(stacked.select(positions)).items():
        if value.numel() == 0:
            continue  # no memory to share
        shared = value.untyped_storage().data_ptr() == whole[name].untyped_storage().data_ptr()
        assert shared is views, name


@pytest.mark.parametrize("positions", [[0, 2, 4], [1, 2, 3], [3]], ids=["apart", "neighbours", "one"])
def test_written_back_changes_reach_those_members_alone(stacked: StackedMembers, positions: list[int]) -> None:
    before = {name: value.clone() for name, value in every_tensor(stacked).items()}
    some = stacked.select(positions)
    for value in every_tensor(some).values():
        value.add_(1)
    stacked.write(positions, some)
    for name, value in every_tensor(stacked).items():
        expected = before[name].clone()
        expected[positions] += 1
        assert torch.equal(value, expected), name


def test_joined_groups_are_their_members_in_order_as_copies(
    stacked: StackedMembers, configs: Callable[[str], list[TrialConfig]], cohort: Callable[..., Cohort]
) -> None:
    other = cohort(configs(VARIANT)[1:3], method="stacked", dtype=torch.float32).stacked
    some = stacked.select([1, 3])
    joined = StackedMembers.joined([some, other])
    assert len(joined) == 4
    assert joined.input_streams == (*some.input_streams, *other.input_streams)
    parts = every_tensor(some), every_tensor(other)
    for name, value in every_tensor(joined).items():
        assert torch.equal(value, torch.cat([part[name] for part in parts])), name
        if value.numel() == 0:
            continue  # no memory to share
        storages = {part[name].untyped_storage().data_ptr() for part in parts}
        assert value.untyped_storage().data_ptr() not in storages, name
    hyperparameters = joined.hyperparameters
    assert hyperparameters.generator.lr[:, 0].tolist() == [2e-3, 4e-3, 2e-3, 5e-4]
    assert hyperparameters.discriminator.lr[:, 0].tolist() == [5e-4, 5e-4, 1e-3, 2e-3]
    assert (
        hyperparameters.generator.betas
        == hyperparameters.discriminator.betas
        == ((0.0, 0.9), (0.0, 0.9), (0.5, 0.99), (0.9, 0.999))
    )
    assert {name: values.tolist() for name, values in hyperparameters.scalars.items()} == dict.fromkeys(
        SCALARS, [0.0] * 4
    )


def test_settings_of_members_with_everything_and_with_nothing() -> None:
    own = {
        "clip": 0.01,
        "penalty_weight": 10.0,
        "constraint_weight": 1e-4,
        "balance_gain": 0.002,
        "diversity_ratio": 0.75,
        "lecam_weight": 0.3,
    }
    full = Hyperparameters(1e-3, 2e-3, 0.99, 0.5, beta1=0.5).updated(own)
    bare = Hyperparameters(3e-3, 4e-3, 0.9, 5)
    hyperparameters = StackedHyperparameters.of([full, bare], CPU)
    assert hyperparameters.generator.lr.tolist() == [[1e-3], [3e-3]]
    assert hyperparameters.discriminator.lr.tolist() == [[2e-3], [4e-3]]
    for settings in (hyperparameters.generator, hyperparameters.discriminator):
        assert settings.beta2.tolist() == [[0.99], [0.9]]
        assert settings.betas == ((0.5, 0.99), (0.0, 0.9))
    assert {name: values.tolist() for name, values in hyperparameters.scalars.items()} == {
        name: [value, 0.0] for name, value in own.items()
    }
    assert {values.dtype for values in hyperparameters.scalars.values()} == {torch.float64}
    last = hyperparameters.select([1], slice(1, 2))
    assert {name: values.tolist() for name, values in last.scalars.items()} == {name: [0.0] for name in own}
    assert last.generator.betas == last.discriminator.betas == ((0.0, 0.9),)


def test_every_hyperparameter_goes_to_an_optimiser_or_the_pace_or_the_objectives() -> None:
    assert {"lr_generator", "lr_discriminator", "beta1", "beta2", "n_critic", *SCALARS} == set(NAMES)
