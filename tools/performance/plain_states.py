"""What losses remember from update to update, written out plainly."""

from collections.abc import Mapping

import torch
from torch import Tensor

Numbers = Mapping[str, float]
State = dict[str, Tensor]


def next_balance(state: State, real_logits: Tensor, fake_logits: Tensor, settings: Numbers) -> State:
    """BEGAN, section 3.3: k moves by lambda (gamma L(x) - L(G(z))) with L = -logits (N,), and is held in [0, 1]."""
    ratio, gain = settings["diversity_ratio"], settings["balance_gain"]
    imbalance = ratio * real_logits.mean() - fake_logits.mean()
    return {"balance": (state["balance"] - gain * imbalance).clamp(0, 1)}


def next_averages(state: State, real_logits: Tensor, fake_logits: Tensor, settings: Numbers) -> State:
    """LeCam, section 3: moving averages of logits (N,) with a decay of 0.99, begun at the first batch."""
    means, weight = {"real_average": real_logits.mean(), "fake_average": fake_logits.mean()}, settings["lecam_weight"]
    if state["strength"].item():
        means = {name: 0.99 * state[name] + 0.01 * mean for name, mean in means.items()}
    return means | {"strength": torch.full_like(state["strength"], weight)}


def next_strength(state: State, real_logits: Tensor, images_to_full: int) -> State:
    """ADA, section 3.1: after four batches of logits (N,) p moves by 4 N / images_to_full, and is held in [0, 1]."""
    batches, signs = state["batches"].item() + 1, state["signs"] + real_logits.sign().mean()
    if batches < 4:
        return state | {"batches": torch.full_like(signs, batches), "signs": signs}
    way = 4 * len(real_logits) / images_to_full * (1 if signs.item() / 4 > 0.6 else -1)
    strength = (state["strength"] + way).clamp(0, 1)
    return {"strength": strength, "signs": torch.zeros_like(signs), "batches": torch.zeros_like(signs)}


# Images in which an augmentation's strength goes from 0 to 1.
PACES = {"ada": 500_000, "ada-quick": 20_000}
NEXT_STATES = {
    "began": next_balance,
    "hinge-lecam": next_averages,
    "non-saturating-lecam": next_averages,
    "wasserstein-lecam": next_averages,
}
