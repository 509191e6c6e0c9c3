"""The only files that write to MLflow."""

from benchmark.tracking.tracker import Tracker

__all__ = ["Tracker"]
