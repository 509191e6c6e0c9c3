"""The tensors of a cohort: everything that changes while it trains, a member a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from ganzoo.components import Weights

Index = slice | Tensor


@dataclass(frozen=True)
class Player:
    """The generators or the discriminators of K members.

    Attributes:
        weights: Flat weights (K, P).
        buffers: The modules' buffers by name (K, ...).
        moments: What the optimiser remembers, by name (K, P).
        updates: Updates made so far (K, 1), float64.
        constraint: What the constraint remembers, by weight (K, ...).
        loss: What the loss remembers, by name (K,).
        augmentations: What they remember, as `AUGMENTATION.NAME` (K,).
        average: Averaged weights (K, P); (K, 0) where none are kept.
        curves: Sums over the updates since somebody looked (K,), float64, by name in `benchmark.records.CURVES`.
    """

    weights: Tensor
    buffers: Weights
    moments: Weights
    updates: Tensor
    constraint: Weights
    loss: Weights
    augmentations: Weights
    average: Tensor
    curves: Weights

    def select(self, index: Index) -> "Player":
        """Some members: views for a slice, copies for indices (k,)."""
        return Player(
            self.weights[index],
            _rows(self.buffers, index),
            _rows(self.moments, index),
            self.updates[index],
            _rows(self.constraint, index),
            _rows(self.loss, index),
            _rows(self.augmentations, index),
            self.average[index],
            _rows(self.curves, index),
        )

    def write(self, index: Index, stacked: "Player") -> None:
        """Put a group that `select(index)` gave back in place; views are in place already."""
        if isinstance(index, slice):
            return
        for own, new in zip(self.tensors().values(), stacked.tensors().values(), strict=True):
            own[index] = new

    def remember(self, returned: Mapping[str, Weights]) -> None:
        """Take over what an update returned (K, ...), by field of this class."""
        for field, new in returned.items():
            own: Weights = getattr(self, field)
            for name, value in new.items():
                own[name].copy_(value)

    def tensors(self) -> Weights:
        """Every tensor under a name of its own, for checkpoints."""
        flat: Weights = {}
        for field in fields(self):
            value = getattr(self, field.name)
            named = {field.name: value} if isinstance(value, Tensor) else _prefixed(field.name, value)
            flat.update(named)
        return flat

    def row(self, member: int) -> Weights:
        """Copies of one member's tensors, on the CPU."""
        return {name: value[member].detach().cpu().clone() for name, value in self.tensors().items()}

    def load_row(self, member: int, row: Mapping[str, Tensor]) -> None:
        """Take over what `row` gave."""
        for name, value in self.tensors().items():
            value[member] = row[name].to(value.device)


def stack_players(players: Sequence[Player]) -> Player:
    """The members of several players, in their order, as one player."""

    def stacked(name: str) -> Weights:
        first: Weights = getattr(players[0], name)
        return {key: torch.cat([getattr(player, name)[key] for player in players]) for key in first}

    return Player(
        weights=torch.cat([player.weights for player in players]),
        buffers=stacked("buffers"),
        moments=stacked("moments"),
        updates=torch.cat([player.updates for player in players]),
        constraint=stacked("constraint"),
        loss=stacked("loss"),
        augmentations=stacked("augmentations"),
        average=torch.cat([player.average for player in players]),
        curves=stacked("curves"),
    )


def _rows(tensors: Weights, index: Index) -> Weights:
    return {name: value[index] for name, value in tensors.items()}


def _prefixed(prefix: str, tensors: Weights) -> Weights:
    return {f"{prefix}.{name}": value for name, value in tensors.items()}
