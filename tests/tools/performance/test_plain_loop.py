"""The plain loop by hand: its optimisers, its dropout keys and its clock; cohorts are held against it elsewhere."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from benchmark.datasets.catalog import LabelledImages
from benchmark.records import TrialConfig
from benchmark.training.setup import TrainingSetup
from ganzoo.layers.dropout import KeyedDropout
from ganzoo.registry import VARIANTS
from tools.performance.plain_loop import SCHEDULES, PlainLoop, optimiser, set_keys

Make = Callable[..., PlainLoop]


@pytest.fixture
def loop() -> Make:
    images = torch.randint(0, 256, (40, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    data = LabelledImages(images, torch.zeros(40, dtype=torch.int64), 1)

    def make(variant: str, **settings: float) -> PlainLoop:
        setup = TrainingSetup.of(VARIANTS[variant], data, 8, 20)
        defaults = VARIANTS[variant].defaults.present()
        return PlainLoop(setup, TrialConfig(variant, "trial", 0, 7, defaults | settings))

    return make


@pytest.mark.parametrize(("name", "half"), [("constant", 1.0), ("linear-decay", 0.5), ("cosine", 0.5)])
def test_schedules_start_at_one(name: str, half: float) -> None:
    assert SCHEDULES[name](0.0) == 1.0
    assert SCHEDULES[name](0.5) == pytest.approx(half)
    assert SCHEDULES[name](1.0) == pytest.approx(1.0 if name == "constant" else 0.0)


def test_each_variant_has_its_paper_s_optimiser() -> None:
    module, settings = nn.Linear(2, 1), {"lr_generator": 3e-4, "beta1": 0.25, "beta2": 0.75}
    adam = optimiser(VARIANTS["dcgan"], module, settings, "lr_generator")
    assert isinstance(adam, torch.optim.Adam)
    assert (adam.defaults["lr"], adam.defaults["betas"]) == (3e-4, (0.25, 0.75))
    rms = optimiser(VARIANTS["wgan"], module, settings, "lr_generator")
    assert isinstance(rms, torch.optim.RMSprop)
    assert (rms.defaults["lr"], rms.defaults["alpha"]) == (3e-4, 0.75)


def test_every_dropout_layer_gets_the_key() -> None:
    module = nn.Sequential(KeyedDropout(0.5, 0), nn.Linear(2, 2), nn.Sequential(KeyedDropout(0.5, 1)))
    set_keys(module, torch.tensor(42))
    assert [int(layer.key) for layer in module.modules() if isinstance(layer, KeyedDropout)] == [42, 42]


@pytest.mark.parametrize(
    ("n_critic", "expected"),
    [(1, [True] * 4), (2, [False, True, False, True]), (5, [False] * 4), (0.5, [True] * 4)],
)
def test_the_generator_moves_when_it_is_due(n_critic: float, expected: list[bool], loop: Make) -> None:
    trained, moved = loop("gan-shallow", n_critic=n_critic), []
    for step in range(4):
        before = [value.detach().clone() for value in trained.generator.parameters()]
        trained.advance(step + 1)
        after = trained.generator.parameters()
        moved.append(any(not torch.equal(one, other) for one, other in zip(before, after, strict=True)))
    assert moved == expected
    assert trained.steps_done == len(trained.losses) == 4


def test_clipped_weights_stay_in_their_box(loop: Make) -> None:
    trained = loop("wgan", clip=0.003)
    trained.advance(2)
    assert max(float(value.detach().abs().max()) for value in trained.discriminator.parameters()) == pytest.approx(
        0.003
    )


def test_training_in_parts_is_training_at_once(loop: Make) -> None:
    whole, parted = loop("dcgan"), loop("dcgan")
    whole.advance(4)
    parted.advance(1)
    parted.advance(4)
    assert all(torch.equal(one, dict(parted.tensors())[name]) for name, one in whole.tensors())
