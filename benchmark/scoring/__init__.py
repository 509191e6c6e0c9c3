"""Scores: extractors, features, reference statistics and the metrics of torch-fidelity."""
