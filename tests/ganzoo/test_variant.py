"""The frozen parts of a variant, and what they do where nobody says otherwise."""

from dataclasses import FrozenInstanceError, replace

import pytest
import torch
from torch import nn

from benchmark.training.kernels.optimisers import OPTIMISERS as HARNESS
from benchmark.training.model import ImageShape, build
from ganzoo.averaging import EXPONENTIAL_AVERAGE
from ganzoo.components import CONSTANT, UNCONSTRAINED, Architecture, Constraint, Loss, Penalty, Schedule
from ganzoo.constraints import SPECTRAL_NORMALISATION
from ganzoo.hyperparameters import Hyperparameters
from ganzoo.penalties import CONSISTENCY, GRADIENT_PENALTY, R1
from ganzoo.priors import NORMAL
from ganzoo.registry import VARIANTS
from ganzoo.slips import FieldError
from ganzoo.variant import OPTIMISERS, SourceRun, Variant

GAN, WGAN_GP = VARIANTS["gan-mlp"], VARIANTS["wgan-gp"]
PLAIN = Variant("plain", GAN.architecture, GAN.loss, NORMAL, 2, "rmsprop", 4, Hyperparameters(1e-3, 1e-3, 0.9), "none")


@pytest.mark.parametrize("penalties", [(R1,), (GRADIENT_PENALTY, CONSISTENCY)])
def test_a_penalty_without_a_weight_is_refused(penalties: tuple[Penalty, ...]) -> None:
    with pytest.raises(ValueError, match=r"^variant gan-mlp: a penalty and a default penalty_weight go together$"):
        replace(GAN, penalties=penalties)


def test_a_weight_without_a_penalty_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^variant wgan-gp: a penalty and a default penalty_weight go together$"):
        replace(WGAN_GP, penalties=())


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"architecture": "dcgan-plain"},
            "architecture = 'dcgan-plain': must be one ganzoo.components.Architecture itself, not its name",
        ),
        ({"loss": "hinge"}, "loss = 'hinge': must be one ganzoo.components.Loss itself, not its name"),
        ({"prior": None}, "prior = None: must be one ganzoo.components.Prior"),
        ({"constraint": None}, "constraint = None: must be one ganzoo.components.Constraint"),
        (
            {"constraint": (SPECTRAL_NORMALISATION,)},
            "constraint = (<constraint spectral-norm>,): must be one ganzoo.components.Constraint",
        ),
        (
            {"source_run": "cifar10"},
            "source_run = 'cifar10': must be one ganzoo.variant.SourceRun itself, not its name",
        ),
        ({"penalties": R1}, "penalties = <penalty r1>: must be a tuple of ganzoo.components.Penalty, as in (ONE,)"),
        ({"penalties": ("r1",)}, "penalties = 'r1': must be a tuple of ganzoo.components.Penalty, as in (ONE,)"),
        (
            {"augmentations": [R1]},
            "augmentations = [<penalty r1>]: must be a tuple of ganzoo.components.Augmentation, ",
        ),
        ({"averaging": "ema"}, "averaging = 'ema': must be a ganzoo.components.Averaging, or None"),
        ({"latent_size": "32"}, "latent_size = '32': must be a whole number of 1 or more"),
        ({"latent_size": 0}, "latent_size = 0: must be a whole number of 1 or more"),
        ({"batch_size": 1}, "batch_size = 1: must be a whole number of 2 or more"),
        ({"source_run": SourceRun(epochs=0)}, "source_run.epochs = 0: must be a whole number of 1 or more"),
        ({"optimiser": "adamw"}, "optimiser = 'adamw': must be one of 'adam', 'rmsprop'"),
    ],
)
def test_a_field_of_another_kind_is_refused(fields: dict[str, object], told: str) -> None:
    with pytest.raises(FieldError) as refused:
        replace(PLAIN, **fields)  # type: ignore[arg-type]
    assert str(refused.value).startswith(f"variant 'plain': {told}")


def test_optimisers_are_those_of_the_harness() -> None:
    assert list(OPTIMISERS) == list(HARNESS)


def test_several_penalties_share_one_weight() -> None:
    assert replace(WGAN_GP, penalties=(R1, CONSISTENCY)).defaults.penalty_weight == 10.0


@pytest.mark.parametrize(
    "part",
    [GAN, GAN.architecture, GAN.loss, GAN.prior, GAN.constraint, GRADIENT_PENALTY, CONSTANT, EXPONENTIAL_AVERAGE],
)
def test_every_part_is_frozen(part: Variant | Loss) -> None:
    with pytest.raises(FrozenInstanceError):
        part.name = "other"  # type: ignore[misc]


def test_a_variant_has_nothing_but_its_networks_and_loss_unless_it_says_so() -> None:
    assert (PLAIN.penalties, PLAIN.augmentations, PLAIN.averaging) == ((), (), None)
    assert PLAIN.constraint is UNCONSTRAINED
    assert PLAIN.schedule is CONSTANT


def test_a_constraint_does_nothing_unless_it_says_so() -> None:
    weights, generator = {"weight": torch.randn(3, 2)}, torch.Generator()
    constraint = Constraint("bare", "none")
    assert constraint.initial_state(weights, generator) == {}
    assert constraint.reparametrise(weights, {}) == (weights, {})
    assert constraint.regularise is None
    assert not constraint.bounds_slope
    assert not constraint.normalises
    assert dict(constraint.defaults) == {}
    flat = torch.randn(2, 5)
    assert torch.equal(constraint.project(flat, torch.full((2, 1), 1e-3)), flat)


def test_a_loss_shows_logits_and_remembers_nothing_unless_it_says_so() -> None:
    loss = Loss("difference", lambda real, fake: fake - real, lambda real, fake: -fake, "none")
    assert loss.output(torch.tensor([-2.0, 5.0])).tolist() == [-2.0, 5.0]
    assert not loss.relativistic
    assert not loss.unbounded
    assert not loss.energy
    assert dict(loss.state) == {}
    state = {"k": torch.tensor(0.5)}
    assert loss.next_state(state, torch.zeros(2), torch.ones(2), {}) is state


def test_a_penalty_draws_nothing_unless_it_says_so() -> None:
    penalty = Penalty("bare", lambda discriminator, real, fake, noise: discriminator(real), "none", 1.0)
    assert penalty.noise(torch.randn(5, 1, 2, 2), torch.Generator()).shape == (5, 0)
    assert penalty.slope is None


def test_a_schedule_keeps_the_rates_unless_it_says_so() -> None:
    assert [Schedule("bare", "none").factor(progress) for progress in (0.0, 0.3, 0.999)] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("conditional", "labels"), [(False, ()), (True, (10,))])
def test_only_a_conditional_pair_is_told_the_number_of_classes(conditional: bool, labels: tuple[int, ...]) -> None:
    asked: list[tuple[int, ...]] = []

    def network(*arguments: int) -> nn.Module:
        asked.append(arguments)
        return nn.Identity()

    pair = Architecture("bare", network, network, (8,), "none", conditional=conditional)
    pair.networks(latent_size=7, channels=3, resolution=8, classes=10)
    assert asked == [(7, 3, 8, *labels), (3, 8, *labels)]


def test_networks_of_a_seed_are_the_same_and_leave_the_global_state_alone() -> None:
    dcgan = VARIANTS["dcgan"]
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    one, other = dcgan.build(8, 1, seed=3), dcgan.build(8, 1, seed=3)
    assert torch.equal(torch.rand(3), expected)
    for first, second in zip(one, other, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_networks_of_a_seed_are_those_that_a_study_begins_with() -> None:
    mine = VARIANTS["dcgan"].build(8, 1, seed=3)
    studied = build(VARIANTS["dcgan"], ImageShape(1, 8, 10), seed=3)
    for first, second in zip(mine, studied, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_networks_without_a_seed_follow_the_global_state() -> None:
    torch.manual_seed(5)
    one, _ = GAN.build(8, 1)
    other, _ = GAN.build(8, 1)
    torch.manual_seed(5)
    again, _ = GAN.build(8, 1)
    first = [next(network.parameters()) for network in (one, other, again)]
    assert torch.equal(first[0], first[2])
    assert not torch.equal(first[0], first[1])


@pytest.mark.parametrize("name", ["gan-mlp", "dcgan", "wgan-gp", "began", "cgan-pd"])
def test_networks_take_latents_to_images_to_logits(name: str) -> None:
    variant = VARIANTS[name]
    generator, discriminator = variant.build(resolution=32, channels=3, classes=10)
    labels = (torch.arange(4),) if variant.architecture.conditional else ()
    images = generator(variant.latents(4), *labels)
    assert images.shape == (4, 3, 32, 32)
    assert images.abs().max() <= 1
    assert discriminator(images, *labels).shape == (4,)


def test_networks_for_a_side_that_they_do_not_take_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^variant 'dcgan': no images of side 9; it takes 8, .*32.*$"):
        VARIANTS["dcgan"].build(9)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"resolution": "8"}, "resolution = '8'"),
        ({"resolution": 8.0}, "resolution = 8.0"),
        ({"resolution": 8, "channels": "1"}, "channels = '1'"),
        ({"resolution": 8, "classes": "10"}, "classes = '10'"),
        ({"resolution": 8, "seed": "0"}, "seed = '0'"),
    ],
)
def test_networks_are_asked_for_by_whole_numbers(asked: dict[str, object], told: str) -> None:
    with pytest.raises(TypeError, match=rf"^{told}: must be a whole number \(int\), is of type (str|float)$"):
        VARIANTS["gan-mlp"].build(**asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "least"), [("channels", 1), ("classes", 1), ("seed", 0)])
def test_numbers_that_are_too_small_are_refused(name: str, least: int) -> None:
    with pytest.raises(ValueError, match=f"^{name} = -1: must be {least} or more$"):
        VARIANTS["gan-mlp"].build(8, **{name: -1})


@pytest.mark.parametrize("count", ["32", 2.5, None])
def test_latents_are_asked_for_by_a_whole_number(count: object) -> None:
    with pytest.raises(
        TypeError, match=rf"^count = .*: must be a whole number \(int\), is of type {type(count).__name__}$"
    ):
        PLAIN.latents(count)  # type: ignore[arg-type]


def test_a_conditional_pair_wants_to_know_the_number_of_labels() -> None:
    with pytest.raises(
        ValueError, match=r"^variant 'cgan-pd' is conditional: classes = the number of labels, 1 or more$"
    ):
        VARIANTS["cgan-pd"].build(32)


def test_latents_are_the_prior_s_from_the_generator_that_is_given() -> None:
    latents = VARIANTS["mm-gan"].latents(1000, torch.Generator().manual_seed(7))
    own = VARIANTS["mm-gan"].prior.sample((1000, 64), torch.Generator().manual_seed(7), torch.float32)
    assert torch.equal(latents, own)
    torch.manual_seed(2)
    expected = torch.rand(3, 100) * 2 - 1  # uniform in [-1, 1)
    torch.manual_seed(2)
    assert torch.equal(VARIANTS["dcgan"].latents(3), expected)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("dcgan", "<variant dcgan: architecture dcgan, loss non-saturating>"),
        ("wgan-gp", "<variant wgan-gp: architecture dcgan-plain, loss wasserstein, penalty gp>"),
        ("wgan", "<variant wgan: architecture dcgan, loss wasserstein, constraint weight-clipping>"),
    ],
)
def test_a_variant_is_shown_in_one_line(name: str, shown: str) -> None:
    assert repr(VARIANTS[name]) == str(VARIANTS[name]) == shown
