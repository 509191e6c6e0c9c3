"""A cohort against the plain loop, against its members alone, and when members come, leave and diverge."""

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from plain_consistency import ALL_PENALTIES
from quick_or_long import quick_or_long
from torch import Tensor

from benchmark.records import TrialConfig
from benchmark.training.cohort import Cohort, Member
from benchmark.training.cuda_graphs import GraphTrainer
from benchmark.training.setup import TrainingSetup
from benchmark.training.stacked_members import StackedMembers
from benchmark.training.step import Trainer
from benchmark.training.trainers import UPDATES
from ganzoo.registry import VARIANTS
from tools.performance.plain_loop import PlainLoop

STEPS = 20
METHODS = ("stacked", "parallel", "looped")
# With the variants, every part of the zoo.
COMPOSED = (
    "mlp+hinge+gp+consistency-shift+orthogonal+linear-decay+ema",
    "mlp+relativistic-average+r1+consistency+diffaugment+instance-noise+cosine",
    "dcgan+least-squares+diffaugment-translation+ema",
    "resnet-conditional+wasserstein+lp+dragan+diffaugment",
    "mlp+hinge-lecam+ema",
    "dcgan+wasserstein-lecam",
    "mlp+non-saturating-lecam+r1+diffaugment-translation",
    "sndcgan+hinge-san+spectral-norm",
    "mlp-dropout+non-saturating-san+r1",
    "dcgan+non-saturating-san",
    "resnet+wasserstein-san+gp",
    "dcgan+hinge+ada-quick",
    "mlp+non-saturating+r1+ada",
)
# One of each kind of network, loss, penalty and constraint; `make test-long` has them all.
KINDS = ("gan-mlp-dropout", "dcgan", "wgan", "wgan-gp", "sngan", "began", "cgan-pd")
QUICK = {
    *((variant, method) for variant in KINDS for method in ("stacked", "looped")),
    *((variant, ("looped", "stacked")[nth % 2]) for nth, variant in enumerate(("r3gan", *COMPOSED))),
    *((variant, "parallel") for variant in ("dcgan", "began")),
    *((variant, "channels-last") for variant in ("dcgan", "wgan-gp")),
}
Assign = Callable[[str], list[TrialConfig]]
Make = Callable[..., Cohort]
Read = Callable[[Cohort, Member], dict[str, Tensor]]
Points = dict[str, tuple[tuple[int, float], ...]]


def assert_equal_to_plain_loops(trained: Cohort, tensors: Read) -> None:
    """Weights, buffers, averages and curves of every member after `STEPS` steps."""
    for member in trained.members:
        oracle = PlainLoop(trained.setup, member.config, ALL_PENALTIES)
        for state in oracle.strengths.values():
            if state:
                state["strength"].fill_(0.5)  # as the fixture's cohort begins
        oracle.advance(STEPS)
        ours = tensors(trained, member)
        for name, expected in oracle.tensors():
            torch.testing.assert_close(ours[name], expected, rtol=0, atol=1e-8, msg=lambda m, n=name: f"{n}: {m}")
        if trained.model.variant.averaging:
            averaged = dict(trained.modules(member, averaged=True)[0].named_parameters())
            for name, expected in oracle.average.items():
                torch.testing.assert_close(averaged[name].detach(), expected, rtol=0, atol=1e-8)
        curve = dict(member.curves.points()["loss_discriminator"])
        assert list(curve) == [7, 14, 20]
        for first, last in pairwise((0, *curve)):
            assert curve[last] == pytest.approx(torch.stack(oracle.losses[first:last]).mean().item(), abs=1e-8)


@pytest.mark.parametrize(
    ("variant", "method"),
    quick_or_long(
        [
            *((variant, method) for variant in (*VARIANTS, *COMPOSED) for method in ("stacked", "looped")),
            *((variant, "parallel") for variant in ("gan-mlp-dropout", "dcgan", "wgan-gp", "sngan", "began")),
            *((variant, "channels-last") for variant in ("dcgan", "wgan-gp", "sngan", "cgan-pd", "r3gan")),
        ],
        QUICK,
    ),
)
def test_four_members_equal_four_plain_loops(
    variant: str, method: str, configs: Assign, cohort: Make, tensors: Read
) -> None:
    trained = cohort(configs(variant), method=method)
    assert trained.advance(STEPS) == []
    setup = trained.setup.in_channels_last if method == "channels-last" else trained.setup
    if method != "stacked":
        assert all(gradients.program is not None for gradients in setup.recorded.values())
    assert_equal_to_plain_loops(trained, tensors)


@pytest.fixture
def from_fixed_tensors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train as on a GPU, as far as a CPU can."""

    def trainer_of(setup: TrainingSetup, stacked: StackedMembers, method: str) -> Trainer:
        return GraphTrainer(setup, stacked, UPDATES[method])

    monkeypatch.setattr("benchmark.training.cohort.trainer_of", trainer_of)


@pytest.mark.usefixtures("from_fixed_tensors")
@pytest.mark.parametrize(
    ("variant", "method"),
    quick_or_long(
        [
            *((variant, "stacked") for variant in ("gan-mlp-dropout", "dcgan", "wgan", "sngan", "began", "cgan-pd")),
            *((variant, "stacked") for variant in COMPOSED),
            ("cgan-pd", "parallel"),
            (COMPOSED[1], "parallel"),
            ("dcgan", "looped"),
        ],
        {("began", "stacked"), (COMPOSED[0], "stacked"), ("cgan-pd", "parallel"), ("dcgan", "looped")},
    ),
)
def test_members_trained_from_fixed_tensors_equal_plain_loops(
    variant: str, method: str, configs: Assign, cohort: Make, tensors: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Chunks end on the way.
    monkeypatch.setattr("benchmark.training.setup.MOST_AHEAD", 3)
    trained = cohort(configs(variant), method=method)
    assert trained.advance(STEPS) == []
    assert_equal_to_plain_loops(trained, tensors)


@pytest.mark.parametrize(
    "variant", quick_or_long(["gan-mlp-dropout", "dcgan", "wgan-gp", "sngan"], {"dcgan", "wgan-gp"})
)
def test_a_member_trains_as_if_it_were_alone(variant: str, configs: Assign, cohort: Make, tensors: Read) -> None:
    members = configs(variant)
    together = cohort(members, method="stacked")
    together.advance(STEPS)
    for member in together.members:
        alone = cohort([member.config], method="stacked")
        alone.advance(STEPS)
        for name, value in tensors(alone, alone.members[0]).items():
            torch.testing.assert_close(tensors(together, member)[name], value, rtol=0, atol=1e-8)


@pytest.mark.parametrize("variant", ["gan-mlp", "dcgan", "wgan-gp"])
def test_looped_members_are_bitwise_those_alone_in_float32(
    variant: str, configs: Assign, cohort: Make, tensors: Read
) -> None:
    members = configs(variant)
    together = cohort(members, method="looped", dtype=torch.float32)
    together.advance(STEPS)
    for member in together.members:
        alone = cohort([member.config], method="looped", dtype=torch.float32)
        alone.advance(STEPS)
        for name, value in tensors(alone, alone.members[0]).items():
            assert torch.equal(tensors(together, member)[name], value), name


@pytest.mark.parametrize("method", METHODS)
def test_a_diverged_member_ends_alone(method: str, configs: Assign, cohort: Make, tensors: Read) -> None:
    members = configs("gan-mlp")
    wild = TrialConfig("gan-mlp", "trial", 1, 1001, members[1].hyperparameters | {"lr_discriminator": 1e300})
    mixed = cohort([members[0], wild, members[2], members[3]], method=method)
    lost = mixed.advance(STEPS)
    assert [member.config.number for member in lost] == [1]
    assert [member.config.number for member in mixed.members] == [0, 2, 3]
    healthy = cohort([members[0], members[2], members[3]], method=method)
    healthy.advance(STEPS)
    for ours, theirs in zip(mixed.members, healthy.members, strict=True):
        for name, value in tensors(healthy, theirs).items():
            torch.testing.assert_close(tensors(mixed, ours)[name], value, rtol=0, atol=1e-8)


def test_a_cohort_whose_members_all_diverge_ends(configs: Assign, cohort: Make) -> None:
    members = [
        TrialConfig("gan-mlp", "trial", row, row, member.hyperparameters | {"lr_discriminator": 1e300})
        for row, member in enumerate(configs("gan-mlp"))
    ]
    dead = cohort(members, method="looped")
    assert len(dead.advance(STEPS)) == 4
    assert dead.members == []


def test_stopping_on_the_way_changes_nothing(configs: Assign, cohort: Make, tensors: Read) -> None:
    members = configs("dcgan")
    whole, halting = cohort(members, method="looped"), cohort(members, method="looped")
    whole.advance(STEPS)
    for stop in (3, 10, STEPS):
        halting.advance(stop)
    for ours, theirs in zip(halting.members, whole.members, strict=True):
        for name, value in tensors(whole, theirs).items():
            assert torch.equal(tensors(halting, ours)[name], value), name


def test_a_cohort_trains_to_whoever_is_first_at_its_next_stop(configs: Assign, cohort: Make) -> None:
    """A newcomer at 0 beside a member at 7, with stops at 10 and 20."""
    first, second = configs("gan-mlp")[:2]
    trained = cohort([first], method="looped")
    trained.advance(7)
    trained.admit([second])
    seen = []
    for _ in range(3):
        assert trained.advance(10, STEPS) == []
        seen.append([member.steps_done for member in trained.members])
    assert seen == [[10, 3], [17, 10], [20, 13]]
    trained.remove(trained.members[:1])
    trained.advance(10, STEPS)
    assert [member.steps_done for member in trained.members] == [20]


def end_all(trained: Cohort, tensors: Read) -> dict[int, tuple[dict[str, Tensor], Points]]:
    """Train every member to the last step; weights and curves of each by number."""
    ended = {}
    while trained.members:
        assert trained.advance(STEPS) == []
        there = [member for member in trained.members if member.steps_done == STEPS]
        for member in there:
            ended[member.config.number] = tensors(trained, member), member.curves.points()
        trained.remove(there)
    return ended


def assert_newcomers_train_as_if_alone(variant: str, method: str, configs: Assign, cohort: Make, tensors: Read) -> None:
    """Two join two at step 7, of which one then leaves, at step 13; the last one takes its place."""
    one, two, three, four = configs(variant)
    trained = cohort([one, two], method=method, interval=5)
    trained.advance(7)
    newcomers = trained.admit([three])
    assert [member.config.number for member in newcomers] == [2]
    assert [member.steps_done for member in trained.members] == [7, 7, 0]
    trained.advance(13, STEPS)
    trained.remove([trained.members[1]])
    trained.admit([four])
    assert [member.steps_done for member in trained.members] == [13, 6, 0]
    ended = end_all(trained, tensors)
    assert list(ended) == [0, 2, 3]
    for config, stops in ((one, (7, 13, STEPS)), (three, (STEPS,)), (four, (STEPS,))):
        alone = cohort([config], method=method, interval=5)
        for stop in stops:
            alone.advance(stop)
        weights, points = ended[config.number]
        (member,) = alone.members
        for name, value in tensors(alone, member).items():
            if method == "looped":
                assert torch.equal(weights[name], value), name
            torch.testing.assert_close(weights[name], value, rtol=0, atol=1e-8)
        for name, expected in member.curves.points().items():
            assert [step for step, _ in points[name]] == [step for step, _ in expected]
            assert [value for _, value in points[name]] == pytest.approx([value for _, value in expected], abs=1e-8)


@pytest.mark.parametrize(
    ("variant", "method"),
    quick_or_long(
        [(variant, method) for variant in ("gan-mlp-dropout", "dcgan", COMPOSED[0]) for method in METHODS],
        {("gan-mlp-dropout", "looped"), ("dcgan", "stacked"), ("dcgan", "parallel"), (COMPOSED[0], "stacked")},
    ),
)
def test_newcomers_and_those_that_they_join_train_as_if_alone(
    variant: str, method: str, configs: Assign, cohort: Make, tensors: Read
) -> None:
    assert_newcomers_train_as_if_alone(variant, method, configs, cohort, tensors)


@pytest.mark.usefixtures("from_fixed_tensors")
@pytest.mark.parametrize("method", METHODS)
def test_newcomers_train_from_fixed_tensors_as_if_alone(
    method: str, configs: Assign, cohort: Make, tensors: Read
) -> None:
    assert_newcomers_train_as_if_alone("dcgan", method, configs, cohort, tensors)


def test_a_cohort_that_is_empty_admits_members(configs: Assign, cohort: Make, tensors: Read) -> None:
    one, two = configs("gan-mlp")[:2]
    trained, alone = cohort([one], method="stacked"), cohort([two], method="stacked")
    trained.advance(7)
    trained.remove(trained.members)
    assert trained.members == []
    trained.admit([two])
    for either in (trained, alone):
        either.advance(STEPS)
    for name, value in tensors(alone, alone.members[0]).items():
        assert torch.equal(tensors(trained, trained.members[0])[name], value), name


def test_a_newcomer_that_diverges_ends_alone(configs: Assign, cohort: Make, tensors: Read) -> None:
    one, two = configs("gan-mlp")[:2]
    wild = TrialConfig("gan-mlp", "trial", 1, 1001, two.hyperparameters | {"lr_discriminator": 1e300})
    trained, alone = cohort([one], method="stacked"), cohort([one], method="stacked")
    trained.advance(7)
    trained.admit([wild])
    assert [member.config.number for member in trained.advance(STEPS)] == [1]
    alone.advance(STEPS)
    for name, value in tensors(alone, alone.members[0]).items():
        torch.testing.assert_close(tensors(trained, trained.members[0])[name], value, rtol=0, atol=1e-8)


def test_training_leaves_the_global_random_state_alone(configs: Assign, cohort: Make) -> None:
    before = torch.random.get_rng_state()
    cohort(configs("gan-mlp-dropout"), method="stacked").advance(2)
    assert torch.equal(torch.random.get_rng_state(), before)
