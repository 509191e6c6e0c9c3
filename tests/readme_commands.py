"""The commands in README.md, and a checkout in which they run: the code of this one, and nothing to download from."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Of a fresh checkout, what commands write into, and what must not change meanwhile, lest make bring the environment,
# which is shared, up to date. The rest is only read.
COPIED = ("ganzoo", "benchmark", "docs", "studies", "tests", "Makefile", "README.md", "pyproject.toml", ".ci")
LINKED = ("reports", "tools", "examples")
INSTALLED = "installed"  # a folder of packages of its own, since it shares the environment
BUILT = shutil.ignore_patterns("__pycache__")
NOWHERE = "http://127.0.0.1:9"  # nobody listens there
UNSET = (
    *("MLFLOW_TRACKING_URI", "OPTUNA_STORAGE", "GANBENCH_ROOT", "GANBENCH_RUNS", "GANBENCH_DATA", "GANBENCH_WEIGHTS"),
    *("MAKEFLAGS", "MAKELEVEL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"),
)
PROXIES = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)


def readme_commands(text: str = README) -> list[str]:
    """What a reader may type: lines of console blocks, and make and ganbench between backticks, tables' included."""
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`((?:\.venv/bin/)?(?:make|ganbench) [^`]+)`", prose)
    return list(dict.fromkeys(re.split(r"\s+# ", each)[0].strip() for each in (*lines, *spans)))


@dataclass(frozen=True)
class Done:
    """A command that has ended.

    Attributes:
        code: Its exit code.
        output: All that it printed.
    """

    code: int
    output: str


class Checkout:
    """A folder as `git clone` makes it, with the environment that runs these tests in place of its own.

    Args:
        root: Of the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()
        for name in COPIED:
            source = ROOT / name
            shutil.copytree(source, root / name, ignore=BUILT) if source.is_dir() else shutil.copy(source, root / name)
        for name in LINKED:
            (root / name).symlink_to(ROOT / name)
        self.lend_environment()

    def lend_environment(self) -> None:
        """As `make` would have set it up."""
        (self.root / ".venv").mkdir()
        for name in ("bin", "lib", "pyvenv.cfg"):
            (self.root / ".venv" / name).symlink_to(Path(sys.prefix) / name)
        (self.root / ".venv/.ready").touch()

    def environment(self) -> dict[str, str]:
        """What commands find around them: the code of this checkout, and no way out."""
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        own = {
            "PYTHONPATH": f"{self.root}:{self.root / INSTALLED}",
            "OMP_NUM_THREADS": "1",
            "PATH": f"{self.root}/.venv/bin:{kept.get('PATH', '')}",
            "TORCH_HOME": str(self.root / "nothing"),
            "PIP_INDEX_URL": f"{NOWHERE}/simple",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_RETRIES": "0",
            "no_proxy": "127.0.0.1,localhost",
        }
        return kept | PROXIES | own

    def start(self, command: str) -> "subprocess.Popen[str]":
        """A command of a shell, in a group of its own, as a terminal starts it."""
        return subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.root,
            env=self.environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, command: str, patience: float = 1800) -> Done:
        """A command of a shell, to its end."""
        process = self.start(command)
        output, _ = process.communicate(timeout=patience)
        return Done(process.returncode, output)


def on_a_tiny_study(command: str, overrides: str, variables: str = "") -> str:
    """The same command on a smaller study; what it says itself comes last, and so holds.

    Args:
        command: Of make, or of ganbench.
        overrides: Options of ganbench.
        variables: Of make.
    """
    words = shlex.split(command)
    if words[0] != "make":
        return f"{command} {overrides}"
    own = [word.removeprefix("ARGS=") for word in words if word.startswith("ARGS=")]
    others = [word for word in words if not word.startswith("ARGS=")]
    return shlex.join([*others, *shlex.split(variables), f"ARGS={' '.join([overrides, *own])}"])
