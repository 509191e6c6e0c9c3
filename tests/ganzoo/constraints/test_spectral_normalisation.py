"""Spectral normalisation against SVD, against torch's own implementations, and under vmap."""

import pytest
import torch
from torch import Tensor, nn

from ganzoo.architectures.dcgan import DCGAN
from ganzoo.components import Weights
from ganzoo.constraints.spectral_normalisation import (
    SPECTRAL_NORMALISATION,
    initial_vectors,
    spectral_norm,
    spectrally_normalise,
)

SHAPES = [(3, 5), (8, 2), (1, 7), (6, 3, 4, 4)]


def unit(count: int) -> Tensor:
    return nn.functional.normalize(torch.randn(count, dtype=torch.float64), dim=0)


def double_weights() -> Weights:
    return {
        "0.weight": torch.randn(4, 3, 2, 2, dtype=torch.float64),
        "0.bias": torch.randn(4, dtype=torch.float64),
        "1.weight": torch.randn(5, 16, dtype=torch.float64),
    }


def test_by_hand() -> None:
    # W = diag(3, 1), u = (0.6, 0.8): v = W'u / |.| = (1.8, 0.8) / sqrt(3.88), Wv = (5.4, 0.8) / sqrt(3.88),
    # and the estimate is |Wv| = sqrt(29.8 / 3.88) = 2.7713548...
    weight = torch.tensor([[3.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    estimate, left = spectral_norm(weight, torch.tensor([0.6, 0.8], dtype=torch.float64))
    assert estimate.item() == pytest.approx((29.8 / 3.88) ** 0.5, rel=1e-12)
    assert left.tolist() == pytest.approx([5.4 / 29.8**0.5, 0.8 / 29.8**0.5], rel=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_largest_singular_value_comes_to_one(shape: tuple[int, ...]) -> None:
    weights = {"weight": 4 * torch.randn(shape, dtype=torch.float64)}
    state = initial_vectors(weights, torch.Generator().manual_seed(0))
    for _ in range(500):
        normalised, state = spectrally_normalise(weights, state)
    largest = torch.linalg.svdvals(normalised["weight"].flatten(1))[0]
    assert largest.item() == pytest.approx(1.0, abs=1e-6)
    assert state["weight"].norm().item() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_one_step_equals_the_hook_of_torch(shape: tuple[int, ...]) -> None:
    """`torch.nn.utils.spectral_norm` makes Miyato's step, v from u and then u from v, at each forward pass."""
    module = nn.Linear(shape[1], shape[0]) if len(shape) == 2 else nn.Conv2d(shape[1], shape[0], shape[2])
    hooked = nn.utils.spectral_norm(module.double())
    weight = hooked.weight_orig.detach().clone()
    estimate, left = spectral_norm(weight, hooked.weight_u.clone())
    hooked.train()(torch.randn(2, *shape[1:], dtype=torch.float64))
    torch.testing.assert_close(weight / estimate, hooked.weight.detach())
    torch.testing.assert_close(left, hooked.weight_u)


@pytest.mark.parametrize("shape", SHAPES)
def test_value_and_gradient_equal_the_parametrisation_of_torch(shape: tuple[int, ...]) -> None:
    """In eval mode `parametrizations.spectral_norm` computes u' W v with the u and v that it holds."""
    module = nn.Linear(shape[1], shape[0]) if len(shape) == 2 else nn.Conv2d(shape[1], shape[0], shape[2])
    parametrised = nn.utils.parametrizations.spectral_norm(module.double()).eval()
    original, holder = parametrised.parametrizations.weight.original, parametrised.parametrizations.weight[0]
    mine = original.detach().clone().requires_grad_()
    start = unit(shape[0])
    estimate, left = spectral_norm(mine, start)
    holder._u.copy_(left)
    holder._v.copy_(nn.functional.normalize(mine.detach().flatten(1).mT @ start, dim=0))
    direction = torch.randn(shape, dtype=torch.float64)
    torch.testing.assert_close(mine / estimate, parametrised.weight)
    (gradient,) = torch.autograd.grad((direction * mine / estimate).sum(), mine)
    (expected,) = torch.autograd.grad((direction * parametrised.weight).sum(), original)
    torch.testing.assert_close(gradient, expected)


def test_gradient_is_that_of_constant_singular_vectors() -> None:
    """Miyato et al. 2018, equation 12: dL/dW = (G - <G, W/s> u v') / s, with G the gradient on W/s."""
    weight, start = torch.randn(4, 6, dtype=torch.float64, requires_grad=True), unit(4)
    estimate, left = spectral_norm(weight, start)
    direction = torch.randn(4, 6, dtype=torch.float64)
    normalised, _ = spectrally_normalise({"weight": weight}, {"weight": start})
    (gradient,) = torch.autograd.grad((direction * normalised["weight"]).sum(), weight)
    matrix, value = weight.detach(), estimate.item()
    right = nn.functional.normalize(matrix.mT @ start, dim=0)
    expected = (direction - (direction * matrix / value).sum() * torch.outer(left, right)) / value
    torch.testing.assert_close(gradient, expected)
    assert not left.requires_grad


def test_vectors_and_scalars_are_left_alone() -> None:
    weights = {name: parameter.detach() for name, parameter in DCGAN.discriminator(1, 16).named_parameters()}
    state = initial_vectors(weights, torch.Generator().manual_seed(0))
    normalised, following = spectrally_normalise(weights, state)
    matrices = {name for name, weight in weights.items() if weight.dim() > 1}
    assert state.keys() == following.keys() == matrices
    assert normalised.keys() == weights.keys()
    for name, weight in weights.items():
        assert torch.equal(normalised[name], weight) == (name not in matrices)


def test_initial_vectors_are_unit_random_and_reproducible() -> None:
    weights = double_weights()
    first, again, other = (initial_vectors(weights, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert {name: tuple(vector.shape) for name, vector in first.items()} == {"0.weight": (4,), "1.weight": (5,)}
    for name, vector in first.items():
        assert vector.norm().item() == pytest.approx(1.0, abs=1e-12)
        assert torch.equal(vector, again[name])
        assert not torch.equal(vector, other[name])
        assert vector.dtype == torch.float64


def test_neither_weights_nor_state_are_changed_in_place() -> None:
    weights = double_weights()
    state = initial_vectors(weights, torch.Generator().manual_seed(0))
    copies = {name: tensor.clone() for name, tensor in (weights | {f"{n}.u": v for n, v in state.items()}).items()}
    spectrally_normalise(weights, state)
    assert all(torch.equal(weights[name], copies[name]) for name in weights)
    assert all(torch.equal(state[name], copies[f"{name}.u"]) for name in state)


def test_stacked_members_equal_a_loop() -> None:
    members = [double_weights() for _ in range(3)]
    states = [initial_vectors(member, torch.Generator().manual_seed(i)) for i, member in enumerate(members)]

    def objective(weights: Weights, state: Weights) -> tuple[Tensor, Weights]:
        normalised, following = SPECTRAL_NORMALISATION.reparametrise(weights, state)
        return sum((tensor**3).sum() for tensor in normalised.values()), following  # type: ignore[return-value]

    step = torch.func.grad(objective, has_aux=True)
    stacked = [{name: torch.stack([one[name] for one in many]) for name in many[0]} for many in (members, states)]
    gradients, following = torch.func.vmap(step)(*stacked)
    for index, (member, state) in enumerate(zip(members, states, strict=True)):
        own_gradients, own_following = step(member, state)
        torch.testing.assert_close({name: tensor[index] for name, tensor in gradients.items()}, own_gradients)
        torch.testing.assert_close({name: tensor[index] for name, tensor in following.items()}, own_following)
