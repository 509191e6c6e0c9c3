"""The report's imports, while runs go on."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys, threading
from pathlib import Path
from benchmark.cli.ahead import AheadOfReport
ahead = AheadOfReport()
assert "pandas" not in sys.modules
for _ in range(3):
    ahead.on_run_end(None, Path())
(thread,) = [each for each in threading.enumerate() if each.name == "ahead-of-report"]
assert thread.daemon
thread.join()
from reports.charts.vega import vega_bundle
print("reports.output.write" in sys.modules, vega_bundle.cache_info().currsize)
"""


def test_begin_with_the_first_run_that_ends_and_only_once(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "True 1\n"), done.stderr
    assert list(tmp_path.iterdir()) == []
