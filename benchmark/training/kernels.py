"""Which convolution kernels a CPU uses."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

# Measured on one thread: below this side torch's plain convolutions train a DCGAN 1.4 times faster than oneDNN's,
# whose blocked layouts cost more than they save; from 16 pixels on oneDNN is 1.6 times faster.
SMALLEST_ONEDNN_SIDE = 12


@contextmanager
def kernels_for(resolution: int) -> Iterator[None]:
    """Use the CPU kernels that are fastest at an image side in pixels, and put back what was used before.

    The choice follows from the study's spec alone, so that a resumed run computes as it did before.
    """
    before = torch._C._get_mkldnn_enabled()
    torch._C._set_mkldnn_enabled(resolution >= SMALLEST_ONEDNN_SIDE)
    try:
        yield
    finally:
        torch._C._set_mkldnn_enabled(before)
