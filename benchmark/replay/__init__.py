"""Searches tried on recorded trials: what a sampler or a pruner would have found, without training."""
