"""The only files that write to MLflow."""

from benchmark.tracking.background import BackgroundTracker
from benchmark.tracking.store import import_client
from benchmark.tracking.tracker import Tracker

__all__ = ["BackgroundTracker", "Tracker", "import_client"]
