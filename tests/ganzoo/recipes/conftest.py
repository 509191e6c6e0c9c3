"""Lets the tests of recipes import what reads a recipe."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
