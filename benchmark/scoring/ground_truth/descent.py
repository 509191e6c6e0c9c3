"""The least distance that gradient descent finds, for many images at once."""

from collections.abc import Callable

import torch
from torch import Tensor

Measure = Callable[[Tensor], tuple[Tensor, Tensor]]


def least_distances(measure: Measure, starts: Tensor, steps: int, rate: float) -> Tensor:
    """Descend from every start by itself, and give the least distance on the way: an upper bound of the least there is.

    Args:
        measure: Points like `starts` to what is descended (N,), differentiable, and the distance (N,), which may be
            infinite where a point is not allowed. A row depends on its own point only.
        starts: (N, ...) points.
        steps: Of Adam (Kingma and Ba 2015, arXiv:1412.6980), at a rate that falls evenly to zero.
        rate: The first step's length in each coordinate.

    Returns:
        (N,) distances, at the start or after any step.
    """
    # Scores may be asked for in inference mode, where nothing can be differentiated.
    with torch.inference_mode(False), torch.enable_grad():
        point = starts.detach().clone().requires_grad_()
        optimiser = torch.optim.Adam([point], lr=rate)
        schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 1 / steps, total_iters=steps - 1)
        loss, least = measure(point)
        for _ in range(steps):
            optimiser.zero_grad()
            torch.autograd.backward(loss.sum(), inputs=[point])
            optimiser.step()
            schedule.step()
            loss, distance = measure(point)
            least = torch.minimum(least, distance)
        return least.detach()
