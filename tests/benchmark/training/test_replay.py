"""Bound updates against the plain ones: the same bits in everything that a member is."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from benchmark.training.cohort import Cohort
from benchmark.training.gradients import leaves_of
from benchmark.training.kernels.selection import kernels_for
from benchmark.training.replay import BoundUpdate, ReplayTrainer, StaticInputs
from benchmark.training.step import Trainer, next_inputs, step_inputs, update_together
from ganzoo.registry import VARIANTS

COMPOSED = (
    "mlp+hinge+gp+consistency-shift+orthogonal+linear-decay+ema",
    "mlp+relativistic-average+r1+consistency+diffaugment+instance-noise+cosine",
    "mlp+hinge-lecam+ema",
    "dcgan+non-saturating-san",
    "dcgan+non-saturating+ada-quick",
)
STEPS = 9
# One of each thing that an update does besides: clips, moves by RMSProp, keeps a state, reads labels, drops, averages.
QUICK = ("wgan", "sngan", "began", "cgan-pd", "gan-mlp-dropout", "rpgan", COMPOSED[0], *COMPOSED[2:])
EVERY = [
    *(
        pytest.param(name, torch.float32, marks=[] if name in QUICK else pytest.mark.long)
        for name in (*VARIANTS, *COMPOSED)
    ),
    *(pytest.param(name, torch.float64, marks=pytest.mark.long) for name in (*VARIANTS, *COMPOSED)),
]


def trained(cohort: Cohort, kind: type[Trainer]) -> dict[str, torch.Tensor]:
    cohort.setup.__dict__.pop("recorded", None)
    trainer = kind(cohort.setup, cohort.stacked, update_together)
    with kernels_for(cohort.model.generator.module, cohort.model.discriminator.module):
        trainer.train(STEPS)
    players = {"generator": cohort.stacked.generator, "discriminator": cohort.stacked.discriminator}
    return {f"{player}.{name}": value for player, own in players.items() for name, value in own.tensors().items()}


@pytest.mark.parametrize(("variant", "dtype"), EVERY)
def test_trains_bit_for_bit_as_without(
    variant: str, dtype: torch.dtype, configs: Callable, cohort: Callable[..., Cohort]
) -> None:
    members = [cohort(configs(variant)[1:2], method="looped", dtype=dtype) for _ in range(2)]
    for each in members:
        each.setup = replace(each.setup, patience=0)
    plain, played = trained(members[0], Trainer), trained(members[1], ReplayTrainer)
    for player in ("generator", "discriminator"):
        # The generator of this member has a turn every second step: six are enough for its checks.
        assert members[1].setup.recorded[player].program is not None
    assert plain.keys() == played.keys()
    for name, value in plain.items():
        assert torch.equal(value, played[name]), name


@pytest.mark.parametrize("variant", ["wgan-gp", "cgan-pd", "rpgan", "gan-mlp-dropout"])
@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_inputs_are_those_of_the_stream(
    variant: str, player: str, configs: Callable, cohort: Callable[..., Cohort]
) -> None:
    members = cohort(configs(variant)[:1], method="looped")
    others = cohort(configs(variant)[:1], method="looped")
    inputs = StaticInputs(members.setup, player, members.stacked)
    places = [tensor.data_ptr() for tensor in leaves_of(vars(inputs.step))]
    for number in range(40):  # past the first chunk
        factor = inputs.move_on()
        drawn = next_inputs(player, others.stacked)
        expected = step_inputs(others.setup, player, others.stacked, drawn)
        assert factor == drawn["factor"].item()
        ours, theirs = leaves_of(vars(inputs.step)), leaves_of(vars(expected))
        assert all(map(torch.equal, ours, theirs)), number
        assert [tensor.data_ptr() for tensor in ours] == places
    assert getattr(members.stacked.input_streams[0], player).position == 40


def test_what_is_not_recorded_cannot_be_bound(configs: Callable, cohort: Callable[..., Cohort]) -> None:
    members = cohort(configs("dcgan")[:1], method="looped")
    with pytest.raises(ValueError, match=r"^generator is not recorded$"):
        BoundUpdate(members.setup, "generator", members.stacked)
