"""The change of scale between [0, 1] and [-1, 1]."""

import torch

from ganzoo.layers.affine import Affine


def test_affine_by_hand() -> None:
    assert Affine(2.0, -1.0)(torch.tensor([0.0, 0.5, 1.0])).tolist() == [-1.0, 0.0, 1.0]
    assert Affine(0.5, 0.5)(torch.tensor([-1.0, 0.0, 1.0])).tolist() == [0.0, 0.5, 1.0]


def test_one_undoes_the_other_and_nothing_is_learned() -> None:
    images = torch.rand(2, 3, 4, 4, dtype=torch.float64) * 2 - 1
    torch.testing.assert_close(Affine(2.0, -1.0)(Affine(0.5, 0.5)(images)), images)
    assert not list(Affine(2.0, -1.0).state_dict())
