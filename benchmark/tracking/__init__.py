"""The only files that write to MLflow."""

from benchmark.tracking.background import BackgroundTracker
from benchmark.tracking.spool import Spool
from benchmark.tracking.store import import_client
from benchmark.tracking.tracker import Tracker

__all__ = ["BackgroundTracker", "Spool", "Tracker", "import_client"]
