"""The only files that write to MLflow."""

from benchmark.tracking.store import import_client
from benchmark.tracking.tracker import Tracker

__all__ = ["Tracker", "import_client"]
