"""A part of a set that stands for the whole: the one way in which fewer images are taken than there are."""

import torch
from torch import Tensor

SEED = 0


def drawn(labels: Tensor, count: int, seed: int = SEED) -> Tensor:
    """Positions of `count` images drawn by chance, of each class as large a share as it has of all, give or take one.

    Sets often lie sorted, by class or by how alike pictures are: the first of them stand for nothing. Images are laid
    out by class, by chance within each, and taken at even steps from a start that is drawn, so that each is as likely
    as any other (systematic sampling; Cochran 1977, Sampling Techniques, section 8.2).

    Args:
        labels: (N,) whole numbers, on any device; all the same where nothing is known.
        count: How many are wanted, at least 0.
        seed: Of the draw; torch's own random state is left alone.

    Returns:
        (min(count, N),) int64 on the CPU, none twice, in an order drawn by chance; 0 to N - 1 in this order if all are
        wanted.
    """
    total = len(labels)
    if count >= total:
        return torch.arange(total)
    source = torch.Generator().manual_seed(seed)
    shuffled = torch.randperm(total, generator=source)
    by_class = shuffled[labels.cpu()[shuffled].argsort(stable=True)]
    start = torch.randint(total, (), generator=source)
    steps = (torch.arange(count) * total + start) // max(count, 1)
    return by_class[steps][torch.randperm(count, generator=source)]
