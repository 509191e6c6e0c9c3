"""The wheel: it carries all that is read, and works in an environment and a folder that have nothing else of ours."""

import os
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ELSEWHERE = ("PYTHONPATH", "MLFLOW_TRACKING_URI", "OPTUNA_STORAGE")
SMOKE = ("--study", "smoke", "--set", "budget.trials=1", "--set", "score.images=96", "--set", "final.images=96")


def built(folder: Path) -> Path:
    """The wheel of this checkout, built into a folder."""
    build = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", build, folder], cwd=ROOT, capture_output=True, text=True, check=True)
    return folder / done.stdout.splitlines()[-1]


def test_every_file_of_the_packages_and_every_study_is_in_it(tmp_path: Path) -> None:
    packed = set(zipfile.ZipFile(built(tmp_path)).namelist())
    files = [path for package in ("ganzoo", "benchmark", "reports") for path in (ROOT / package).rglob("*")]
    wanted = {str(path.relative_to(ROOT)) for path in files if path.is_file() and "__pycache__" not in path.parts}
    studies = (path for path in (ROOT / "studies").rglob("*") if path.is_file())
    wanted |= {f"benchmark/{path.relative_to(ROOT)}" for path in studies}
    assert {name for name in packed if ".dist-info/" not in name} == wanted
    assert "reports/output/templates/index.html.j2" in wanted
    assert {"benchmark/studies/smoke.toml", "benchmark/studies/suites/embedded.toml"} <= wanted


class Installed:
    """An environment with the wheel in it, and an empty folder.

    What it needs besides lies in the environment of these tests, and is found there; this checkout is not.

    Args:
        folder: For both.
    """

    def __init__(self, folder: Path) -> None:
        self.here, environment = folder / "empty", folder / "environment"
        self.here.mkdir()
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        self._bin = environment / "bin"
        wheel = built(folder)
        pip = (self._bin / "python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel)
        subprocess.run(pip, check=True)
        (packages,) = (environment / "lib").glob("python*/site-packages")
        # A plain path: the .pth files of that folder, of which one leads to this checkout, are not read.
        (packages / "others.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ELSEWHERE and not name.startswith("GANBENCH_")
        } | {"OMP_NUM_THREADS": "1"}

    def __call__(self, program: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run one of its programs in the empty folder."""
        return subprocess.run(
            [self._bin / program, *words],
            cwd=self.here,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def does(self, *words: str) -> str:
        """What `ganbench` prints, which must do well."""
        done = self("ganbench", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.mark.long
def test_from_an_empty_folder_to_a_report(tmp_path: Path) -> None:
    ganbench = Installed(tmp_path)
    places = "import ganzoo, benchmark, reports; print(*(each.__file__ for each in (ganzoo, benchmark, reports)))"
    for place in ganbench("python", "-c", places).stdout.split():
        assert Path(place).is_relative_to(tmp_path / "environment"), "not the wheel's"
    out = ganbench.does("run", *SMOKE, "--variant", "gan-shallow", "--workers", "1", "--device", "cpu")
    (report,) = (ganbench.here / "runs" / "reports").iterdir()
    assert f"Report: {report / 'index.html'}" in out
    assert "Compare: ganbench ui --study smoke --set budget.trials=1" in out
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "ganbench run --study spec.toml" in page
    assert "make bench" not in page
    assert "ARGS=" not in page
    assert f"Report: {report / 'index.html'}" in ganbench.does("report", *SMOKE)
    assert "64 images: " in ganbench.does("sample", "gan-shallow", *SMOKE)
    assert "dcgan" in ganbench.does("variants")
    assert " smoke" in ganbench.does("doctor").splitlines()[-1]
    ganbench.does("init", "mine", "--from", "smoke")
    assert " MB are free now" in ganbench.does("prune", *SMOKE)
    assert sorted(path.name for path in ganbench.here.iterdir()) == ["runs", "studies"]
    unknown = ganbench("ganbench", "run", "--study", "smokes")
    assert unknown.returncode == 2
    assert "did you mean 'smoke'? known in " in unknown.stderr
