"""`make ui` as a process of its own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from benchmark.paths import Paths
from benchmark.spec import Spec

ROOT = Path(__file__).parents[2]
SERVE = """
import sys
from pathlib import Path
from benchmark.paths import Paths
from benchmark.spec import Spec
from benchmark.commands.ui import serve
root, port, spec = Path(sys.argv[1]), int(sys.argv[2]), Spec.model_validate_json(sys.argv[3])
serve(spec, Paths(root, root), port, announce=lambda line: print(line, flush=True))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_ui(spec: Spec, paths: Paths, port: int, **environment: str) -> subprocess.Popen[str]:
    """It says its address on standard output, and ends on Ctrl-C."""
    command = [sys.executable, "-c", SERVE, str(paths.root), str(port), spec.model_dump_json()]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | environment)
