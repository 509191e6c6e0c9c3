from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from benchmark.datasets.coverage import coverage
from benchmark.datasets.triangles import TRIANGLES, draw_vertices
from benchmark.scoring.ground_truth.manifold_recall import manifold_recall


def perfect(latents: Tensor) -> Tensor:
    """Triangles of vertices that lie around zero with a spread of about one."""
    return 2 * coverage((latents.view(-1, 3, 2) / 4 + 0.5) * 28, torch.arange(28.0))[:, None] - 1


@pytest.fixture(scope="module")
def latents() -> Tensor:
    return torch.from_numpy(4 * (draw_vertices("train")[:1000] - 0.5)).float().flatten(1)


@pytest.fixture(scope="module")
def targets() -> Tensor:
    return torch.from_numpy(TRIANGLES.read(Path("nowhere"), "test", 28).part(0, 40))


def test_a_perfect_generator_recalls_everything(latents, targets):
    assert manifold_recall(perfect, latents, targets) == 1


def test_a_blank_generator_recalls_nothing(latents, targets):
    def blank(points: Tensor) -> Tensor:
        return (0 * points.sum(1)).view(-1, 1, 1, 1).expand(-1, 1, 28, 28) - 1

    assert manifold_recall(blank, latents, targets, steps=5) == 0


def test_a_generator_of_two_images_recalls_two(targets):
    first, second = 2 * targets[:2].float() / 255 - 1

    def blend(points: Tensor) -> Tensor:
        share = torch.sigmoid(10 * points[:, :, None, None])
        return share * first + (1 - share) * second

    few = torch.tensor([[-0.2], [-0.1], [0.0], [0.1], [0.2]])
    assert manifold_recall(blend, few, targets) == 2 / 40


def test_more_starts_find_no_less(latents, targets):
    few, many = (manifold_recall(perfect, latents[:20], targets, starts=n, steps=30) for n in (1, 6))
    assert few <= many
    assert few < 1


def test_generators_of_double_precision_are_inverted_too(latents, targets):
    def double(points: Tensor) -> Tensor:
        return perfect(points.float()).double()

    assert manifold_recall(double, latents.double(), targets[:5]) == 1


def test_weights_and_their_gradients_are_left_alone(targets):
    network = torch.nn.Sequential(torch.nn.Linear(5, 784), torch.nn.Tanh(), torch.nn.Unflatten(1, (1, 28, 28)))
    before = [weight.clone() for weight in network.parameters()]
    latents = torch.randn(8, 5, generator=torch.Generator().manual_seed(0))
    assert manifold_recall(network, latents, targets[:3], steps=3) == 0
    assert all(torch.equal(*pair) for pair in zip(network.parameters(), before, strict=True))
    assert all(weight.grad is None for weight in network.parameters())


def test_recall_is_the_same_whatever_the_order_of_targets(latents, targets):
    some = np.random.RandomState(0).permutation(40)
    forwards = manifold_recall(perfect, latents[:20], targets, starts=2, steps=20)
    assert manifold_recall(perfect, latents[:20], targets[some], starts=2, steps=20) == forwards
