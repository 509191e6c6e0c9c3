"""Calls of parts that are tried out: what they raise, and what is left alone."""

import re

import pytest
import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.training.part_calls import call, call_network, check_mapped, check_pure, told_of


def test_a_call_gives_what_the_function_gives() -> None:
    given = torch.arange(3.0)
    assert torch.equal(call("loss 'own'", lambda a, b: a + b, (given, given)), torch.tensor([0.0, 2.0, 4.0]))


def test_what_a_function_raises_stays_as_it_is() -> None:
    with pytest.raises(IndexError, match="Dimension out of range"):
        call("loss 'own'", lambda a: a.sum(4), (torch.zeros(3),))


def test_what_a_network_raises_is_told_with_part_shapes_and_cause() -> None:
    with pytest.raises(
        UserError,
        match=re.escape("its critic, given (3, 2) and (3, 1), raises IndexError: Dimension out of range ("),
    ) as told:
        call_network("its critic", lambda a, b: a.sum(4), (torch.zeros(3, 2), torch.zeros(3, 1)))  # type: ignore[arg-type]
    assert isinstance(told.value.__cause__, IndexError)


def test_the_place_is_the_part_s_own_and_never_the_harness_s() -> None:
    code = compile("\n\ndef broken(logits):\n    return logits.nothing\n", "ganzoo/losses/margin.py", "exec")
    written: dict[str, object] = {"__name__": "ganzoo.losses.margin"}
    exec(code, written)
    with pytest.raises(UserError, match=re.escape("raises AttributeError (ganzoo/losses/margin.py, line 4): 'Tensor'")):
        call_network("loss 'own'", written["broken"], (torch.zeros(3),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried")]
)
def test_what_a_machine_lacks_stays_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)), told_of("loss 'own'"):
        raise error


def test_a_line_about_a_part_is_told_once() -> None:
    with pytest.raises(UserError, match=r"^as it was$"), told_of("loss 'own'"):
        raise UserError("as it was")


def test_what_cannot_be_mapped_for_another_reason_says_which() -> None:
    with pytest.raises(
        UserError, match=r"^loss 'own' cannot be mapped over runs by torch\.vmap: RuntimeError: vmap: called"
    ):
        check_mapped("loss 'own'", lambda logits: logits + torch.rand(3), (torch.zeros(3),))


@pytest.mark.parametrize("what", [lambda logits: logits.relu(), lambda logits: logits * torch.tensor(3).item()])
def test_what_decides_nothing_by_its_values_may_be_mapped(what: nn.Module) -> None:
    check_mapped("loss 'own'", what, (torch.zeros(3),))


def test_a_network_s_batch_norm_is_left_alone() -> None:
    network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).train()
    before = {name: each.clone() for name, each in network.state_dict().items()}
    check_pure("its generator", network, (torch.rand(4, 3),))
    assert all(torch.equal(each, before[name]) for name, each in network.state_dict().items())


class Unmapped(nn.Module):
    """Draws, which vmap does not take; what may be drawn is looked at elsewhere."""

    def forward(self, given: Tensor) -> Tensor:
        return given + torch.rand(3)


def test_what_else_a_network_does_is_its_own_affair() -> None:
    check_pure("its generator", Unmapped(), (torch.rand(4, 3),))
