"""What every loss of the catalog must do, whatever its formula."""

import pytest
import torch
from torch import Tensor

from ganzoo.catalog import VARIANTS
from ganzoo.variant import Loss

LOSSES = {variant.loss.name: variant.loss for variant in VARIANTS.values()}
PLAYERS = ("discriminator", "generator")

every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
every_player = pytest.mark.parametrize("player", PLAYERS)


def logits(count: int, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    real, fake = 3 * torch.randn(2, count, dtype=dtype)
    return real.requires_grad_(), fake.requires_grad_()


@every_loss
@every_player
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_is_not_reduced_and_keeps_the_dtype(loss: Loss, player: str, dtype: torch.dtype) -> None:
    values = getattr(loss, player)(*logits(7, dtype))
    assert values.shape == (7,)
    assert values.dtype == dtype


@every_loss
@every_player
def test_gradient_equals_finite_differences(loss: Loss, player: str) -> None:
    assert torch.autograd.gradcheck(getattr(loss, player), logits(16), eps=1e-7, atol=1e-6)


@every_loss
@every_player
@pytest.mark.parametrize("real_sign", [-1e4, 1e4])
@pytest.mark.parametrize("fake_sign", [-1e4, 1e4])
def test_extreme_logits_stay_finite(loss: Loss, player: str, real_sign: float, fake_sign: float) -> None:
    real = torch.full((3,), real_sign, requires_grad=True)
    fake = torch.full((3,), fake_sign, requires_grad=True)
    values = getattr(loss, player)(real, fake)
    gradients = torch.autograd.grad(values.sum(), (real, fake), allow_unused=True)
    assert values.isfinite().all()
    assert all(gradient.isfinite().all() for gradient in gradients if gradient is not None)


@every_loss
def test_discriminator_raises_real_logits_and_lowers_fake_ones(loss: Loss) -> None:
    real, fake = torch.zeros(2, 4).unbind()
    real.requires_grad_()
    fake.requires_grad_()
    on_real, on_fake = torch.autograd.grad(loss.discriminator(real, fake).sum(), (real, fake))
    assert (on_real < 0).all()
    assert (on_fake >= 0).all()
    moved = loss.discriminator(real - 0.1 * on_real, fake - 0.1 * on_fake)
    assert (moved < loss.discriminator(real, fake)).all()


@every_loss
def test_generator_raises_fake_logits(loss: Loss) -> None:
    fake = torch.zeros(4, requires_grad=True)
    (gradient,) = torch.autograd.grad(loss.generator(torch.zeros(4), fake).sum(), fake)
    assert (gradient < 0).all()


@every_loss
def test_generator_reads_real_logits_only_if_relativistic(loss: Loss) -> None:
    real, fake = logits(8)
    changed = not torch.equal(loss.generator(real, fake), loss.generator(torch.zeros(8).double(), fake))
    assert changed == loss.relativistic


@every_loss
@every_player
def test_each_value_depends_on_its_own_logits_alone(loss: Loss, player: str) -> None:
    if loss.relativistic:
        pytest.skip("a relativistic average reads the whole batch")
    real, fake = logits(6)
    by_one = [getattr(loss, player)(real[i : i + 1], fake[i : i + 1]) for i in range(6)]
    torch.testing.assert_close(getattr(loss, player)(real, fake), torch.cat(by_one), rtol=0, atol=0)


@every_loss
@every_player
def test_stacked_members_equal_a_loop(loss: Loss, player: str) -> None:
    real, fake = 3 * torch.randn(2, 5, 9)
    stacked = torch.func.vmap(getattr(loss, player))(real, fake)
    looped = [getattr(loss, player)(*pair) for pair in zip(real, fake, strict=True)]
    torch.testing.assert_close(stacked, torch.stack(looped), rtol=1e-6, atol=1e-6)


@every_loss
@every_player
def test_leaves_its_input_alone(loss: Loss, player: str) -> None:
    real, fake = logits(5)
    before = real.clone(), fake.clone()
    getattr(loss, player)(real, fake)
    assert torch.equal(real, before[0])
    assert torch.equal(fake, before[1])


@every_loss
def test_states_its_paper(loss: Loss) -> None:
    assert "arXiv:" in loss.reference
    assert any(word in loss.reference for word in ("equation", "section", "algorithm"))
