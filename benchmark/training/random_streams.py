"""The random numbers of one run, each a function of (seed, purpose, step) alone.

Nothing is carried from one step to the next, so a run's numbers depend neither on who trains beside it nor on where it
was interrupted.
"""

import hashlib

import torch
from torch import Tensor


def derive_seed(*parts: int | str) -> int:
    """A whole number in [0, 2**63) that is a fixed, well-mixed function of `parts`."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


class Streams:
    """The random streams of one run.

    Args:
        seed: Of the run.
        device: Where numbers are drawn. Streams of a CPU and of a GPU differ.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self.seed = seed
        self._generator = torch.Generator(device)
        self._orders: dict[str, tuple[int, int, Tensor]] = {}

    def at(self, purpose: str, *step: int) -> torch.Generator:
        """The generator for one purpose at one step; it is valid until the next call."""
        self._generator.manual_seed(derive_seed(self.seed, purpose, *step))
        return self._generator

    def batch(self, purpose: str, step: int, batch_size: int, images: int) -> Tensor:
        """Which images make batch `step` of one purpose: each epoch is a new permutation, and none is cut short.

        Args:
            purpose: Each has permutations of its own.
            step: From 0.
            batch_size: Images a batch.
            images: Images in the data set.

        Returns:
            Indices (batch_size,), int64, on the streams' device.
        """
        first = step * batch_size
        parts, taken = [], 0
        while taken < batch_size:
            epoch, offset = divmod(first + taken, images)
            part = self._epoch(purpose, epoch, images)[offset : offset + batch_size - taken]
            parts.append(part)
            taken += len(part)
        return torch.cat(parts) if len(parts) > 1 else parts[0]

    def _epoch(self, purpose: str, epoch: int, images: int) -> Tensor:
        kept = self._orders.get(purpose)
        if kept is None or kept[:2] != (epoch, images):
            generator = self.at(purpose, epoch)
            order = torch.randperm(images, generator=generator, device=generator.device)
            kept = self._orders[purpose] = (epoch, images, order)
        return kept[2]
