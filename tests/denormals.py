"""How this process computes with the smallest numbers."""

import torch


def denormals_flushed() -> bool:
    """Whether half of the smallest normal number is nothing."""
    return (torch.tensor(torch.finfo(torch.float32).tiny) * 0.5).item() == 0
