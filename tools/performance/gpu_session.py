"""All that is to be measured where a GPU can be had for minutes: `python -m tools.performance.gpu_session`.

One step after the other, each a command of its own with its share of the time: one that fails, or takes too long, costs
the others nothing, and whatever it printed is kept.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Annotated

import pandas as pd
import torch
import typer

from benchmark.environment import choose_device, describe, device_name
from benchmark.paths import Paths
from benchmark.spec import load_spec
from tools.performance.profile import kernel_times
from tools.performance.throughput import Machine

LEAST_SECONDS = 15.0  # a step with less left is not begun
PROFILED = ("dcgan", "sngan")
_PERF = (sys.executable, "-m", "tools.performance", "--trials", "")
_MNIST = ("resolution=28", "budget.trials=32", "budget.discriminator_steps=15625",
          "budget.rungs=[2000,5000,10000,15625]", "cohort.size=32")  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing to measure.

    Attributes:
        name: Of its log, too.
        command: What runs.
        most_seconds: It may take, of the time that is left.
    """

    name: str
    command: tuple[str, ...]
    most_seconds: float


@dataclass(frozen=True)
class Outcome:
    """What became of a step.

    Attributes:
        name: Its name.
        result: "done", "failed" with its exit code, "ended" for want of time, or "not begun".
        seconds: That it took.
    """

    name: str
    result: str
    seconds: float


def steps(device: str, members: int, folder: Path) -> list[Step]:
    """The steps, the most telling first: what nothing of is known yet comes before what takes long.

    Args:
        device: As torch names it.
        members: Of a cohort.
        folder: Where figures go.
    """
    perf = (*_PERF, "--device", device, "--members", str(members), "--repeats", "2")
    here = (sys.executable, "-m", "tools.performance.gpu_session", "--device", device, "--members", str(members))
    resized = ("--set", "resolution=32")
    searched = [word for key in _MNIST for word in ("--set", key)]
    return [
        Step("tests", (sys.executable, "-m", "pytest", "-m", "gpu", "-n", "0", "-p", "no:randomly", "tests"), 150),
        Step("profile", (*here, "--only-profile", "--output", str(folder)), 60),
        Step("steps", (*perf, "--variant", "gan-mlp,dcgan,wgan-gp,sngan-resnet", *resized, "--racers", "",
                       "--cohorts", "", "--output", str(folder / "steps")), 120),
        Step("cohorts", (*perf, "--variant", "", *resized, "--racers", "", "--cohorts", "dcgan,wgan-gp",
                         "--output", str(folder / "cohorts")), 90),
        Step("study", (sys.executable, "-m", "benchmark", "run", "--study", "smoke", "--variant", "dcgan,wgan-gp",
                       "--device", device), 90),
        Step("search", (*perf, "--variant", "", "--cohorts", "", "--racers", "dcgan", "--pruning", "on", *searched,
                        "--output", str(folder / "search")), 240),
    ]  # fmt: skip


def run_all(asked: Sequence[Step], seconds: float, folder: Path) -> list[Outcome]:
    """Run steps one after the other while there is time.

    Args:
        asked: The steps.
        seconds: For all of them.
        folder: Of a log for each.
    """
    folder.mkdir(parents=True, exist_ok=True)
    deadline, outcomes = monotonic() + seconds, []
    for step in asked:
        left, begun = min(step.most_seconds, deadline - monotonic()), monotonic()
        result = _run(step, left, folder / f"{step.name}.log") if left >= LEAST_SECONDS else "not begun"
        outcomes.append(Outcome(step.name, result, monotonic() - begun))
        print(f"{step.name}: {result}, {outcomes[-1].seconds:.0f} s", flush=True)
    return outcomes


def _run(step: Step, seconds: float, log: Path) -> str:
    with log.open("w", encoding="utf-8") as file:
        try:
            code = subprocess.run(step.command, stdout=file, stderr=file, timeout=seconds, check=False).returncode
        except subprocess.TimeoutExpired:
            return "ended"
    return "done" if code == 0 else f"failed ({code})"


def write_profile(device: str, members: int, folder: Path) -> Path:
    """Write which kernels take the time of cohorts of digits brought to 32x32.

    Args:
        device: As torch names it.
        members: Of a cohort on a GPU.
        folder: Of `profile.csv`.
    """
    paths = Paths.here()
    spec, where = load_spec("digits", paths.studies, ("resolution=32",)), str(choose_device(device))
    machine = Machine(paths.data, where, members)
    rows = [row for variant in PROFILED for row in kernel_times(spec, variant, machine)]
    folder.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame([asdict(row) for row in rows])
    table.to_csv(folder / "profile.csv", index=False)
    print(table.to_string(index=False, float_format="{:.4g}".format))
    return folder / "profile.csv"


def main(
    device: Annotated[str, typer.Option(help="auto, cuda, cuda:1 ...; cpu to try the session itself.")] = "cuda",
    minutes: Annotated[float, typer.Option(min=0.0, help="For all steps together.")] = 10.0,
    members: Annotated[int, typer.Option(min=1, help="Of a cohort.")] = 64,
    output: Annotated[Path, typer.Option(help="Folder of logs and figures.")] = Path("runs/gpu-session"),
    only_profile: Annotated[bool, typer.Option("--only-profile", help="That step alone, in this process.")] = False,
) -> None:
    """Run the tests that need a GPU, profile, time and search on one, within some minutes."""
    if only_profile:
        write_profile(device, members, output)
        return
    where = choose_device(device)
    outcomes = run_all(steps(str(where), members, output), 60 * minutes, output)
    facts = describe(where, str(where), "", "float32", "") | {"memory": _memory(where)}
    told = {"device": device_name(where), "facts": facts, "steps": [asdict(each) for each in outcomes]}
    (output / "session.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    print(output / "session.json")


def _memory(device: torch.device) -> str:
    return f"{torch.cuda.get_device_properties(device).total_memory / 2**30:.0f} GB" if device.type == "cuda" else ""


if __name__ == "__main__":
    typer.run(main)
