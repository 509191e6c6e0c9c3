"""Lets the tests of variants import what reads a variant."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
