"""Orthogonal regularisation."""

import pytest
import torch

from ganzoo.constraints.orthogonal import ORTHOGONAL, orthogonality


def distance(*rows: list[float]) -> float:
    return orthogonality({"weight": torch.tensor(rows, dtype=torch.float64)}).item()


def test_by_hand() -> None:
    # W W' = [[5, 8], [8, 13]]: 4^2 + 8^2 + 8^2 + 12^2
    assert distance([1.0, 2.0], [2.0, 3.0]) == 288.0
    # One row: (9 + 16 - 1)^2, not compared with three orthonormal columns
    assert distance([3.0, 4.0, 0.0]) == 576.0
    # One column, the same
    assert distance([3.0], [4.0], [0.0]) == 576.0
    # Orthonormal rows, whatever the columns
    assert distance([0.6, 0.8, 0.0], [-0.8, 0.6, 0.0]) == pytest.approx(0.0, abs=1e-30)


@pytest.mark.parametrize("shape", [(3, 7), (7, 3), (5, 5), (6, 2, 3, 3), (40, 2, 3, 3)])
def test_is_the_distance_of_the_singular_values_from_one(shape: tuple[int, ...]) -> None:
    """||M M' - I||_F^2 = sum (s^2 - 1)^2 over the singular values of M."""
    weight = torch.randn(shape, dtype=torch.float64)
    values = torch.linalg.svdvals(weight.reshape(shape[0], -1))
    torch.testing.assert_close(orthogonality({"weight": weight}), ((values**2 - 1) ** 2).sum())


@pytest.mark.parametrize("shape", [(3, 7), (7, 3)])
def test_the_longer_side_differs_by_a_constant(shape: tuple[int, int]) -> None:
    weight = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    gram = weight @ weight.mT if shape[0] > shape[1] else weight.mT @ weight
    longer = (gram - torch.eye(7, dtype=torch.float64)).square().sum()
    shorter = orthogonality({"weight": weight})
    assert (longer - shorter).item() == pytest.approx(7 - 3, rel=1e-12)
    torch.testing.assert_close(*(torch.autograd.grad(each, weight)[0] for each in (longer, shorter)))


def test_gradient_by_hand() -> None:
    """d/dW ||W W' - I||_F^2 = 4 (W W' - I) W."""
    weight = torch.tensor([[1.0, 2.0], [2.0, 3.0]], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(orthogonality({"weight": weight}), weight)
    # 4 [[4, 8], [8, 12]] [[1, 2], [2, 3]] = 4 [[20, 32], [32, 52]]
    assert gradient.tolist() == [[80.0, 128.0], [128.0, 208.0]]


def test_sums_over_weights_and_leaves_vectors_out() -> None:
    matrix, kernel = torch.randn(3, 4), torch.randn(2, 3, 2, 2)
    parts = [orthogonality({"one": tensor}) for tensor in (matrix, kernel)]
    vectors = {"bias": torch.randn(9), "scale": torch.randn(())}
    torch.testing.assert_close(orthogonality({"a": matrix, "b": kernel, **vectors}), sum(parts))


def test_descent_leads_to_an_orthonormal_matrix() -> None:
    weight = torch.randn(3, 6, dtype=torch.float64, requires_grad=True)
    for _ in range(400):
        (gradient,) = torch.autograd.grad(orthogonality({"weight": weight}), weight)
        weight = (weight - 0.02 * gradient).detach().requires_grad_()
    torch.testing.assert_close(weight @ weight.mT, torch.eye(3, dtype=torch.float64), rtol=0, atol=1e-9)


def test_only_regularises_with_a_small_weight() -> None:
    named = {"weight": torch.randn(3, 2)}
    assert ORTHOGONAL.reparametrise(named, {}) == (named, {})
    assert dict(ORTHOGONAL.defaults) == {"constraint_weight": 1e-4}
    assert not ORTHOGONAL.bounds_slope
