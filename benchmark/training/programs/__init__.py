"""Gradients as programs: recorded kernel calls on memory that is laid out once, played back without autograd."""
