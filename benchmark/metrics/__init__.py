"""The metrics: a file each, listed in `catalog.py`."""
