"""Scores: extractors, features, reference statistics and the metrics of torch-fidelity."""

from benchmark.scoring.lazy_torchvision import load_later

load_later()  # before anything here imports torch-fidelity
