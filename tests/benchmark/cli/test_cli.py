"""The console command, through its own `main`: what it prints, draws and refuses, and how it ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest
import torch
from filelock import FileLock
from PIL import Image
from tiny_study import FinishedStudy
from torch import Tensor
from torchvision.transforms.functional import pil_to_tensor

from benchmark.artifacts.weights import read_generator
from benchmark.pixels import to_uint8
from benchmark.records import GENERATOR_FILE
from benchmark.training.sampling import generate
from ganzoo.registry import VARIANTS

GANBENCH = Path(sys.executable).parent / "ganbench"
Command = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--variant", "wgam"), f"unknown variant 'wgam': did you mean 'wgan'? Known: {', '.join(VARIANTS)}"),
        (("--variant", "mlp+hing"), "variant 'mlp+hing': unknown part 'hing': did you mean 'hinge'? Known: dcgan, "),
        (("--variant", "mlp+hinge,mlp+began"), "variant 'mlp+began' makes no sense: began needs a discriminator that "),
        (("--study", "tini"), "no study spec '{studies}/tini.toml': did you mean 'tiny'? known in {studies}: tiny"),
        (("--study", "no/such.toml"), "no study spec 'no/such.toml': known in {studies}: tiny"),
        (("--set", "budget.trials"), "--set 'budget.trials': must be KEY=VALUE, as in budget.trials=16"),
        (("--set", "budget.trails=3"), "{studies}/tiny.toml: unknown key 'budget.trails'; known: trials, "),
        (("--set", "budget.trials=0"), "{studies}/tiny.toml: budget.trials = 0: "),
        (("--set", "dataset=digit"), "unknown dataset 'digit': did you mean 'digits'? Known: digits, "),
        (("--set", "resolution=9", "--variant", "dcgan"), "variant 'dcgan': no images of side 9; it takes "),
        (("--device", "tpu9"), "device 'tpu9': not found here; there is cpu"),
        (("--storage", "nosuch://x"), "OPTUNA_STORAGE = 'nosuch://x': "),
    ],
)
def test_what_a_person_gets_wrong_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], message: str, ganbench: Command, studies: Path
) -> None:
    study = () if "--study" in arguments else ("--study", "tiny")
    code, out, err = ganbench("run", *study, *arguments)
    assert code == 2
    assert err.startswith("ganbench: " + message.format(studies=studies))
    assert len(err.splitlines()) == 1
    assert out == ""
    if not {"tpu9", "nosuch://x"} & set(arguments):
        assert not (studies.parent / "runs").exists()


@pytest.mark.parametrize("arguments", [("--workers", "-1"), ("--workers", "two"), ("--nonsense",)])
def test_options_that_do_not_parse_end_with_2(arguments: tuple[str, ...], ganbench: Command, studies: Path) -> None:
    code, _, err = ganbench("run", "--study", "tiny", *arguments)
    assert code == 2
    assert arguments[0] in err


def test_the_installed_script_is_that_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [GANBENCH, "report", "--study", "nowhere"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert (
        done.stderr == f"ganbench: no study spec '{tmp_path}/studies/nowhere.toml': known in {tmp_path}/studies: none\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_with_130_and_one_line(ganbench: Command, studies: Path) -> None:
    work = studies.parent / "runs" / "work"

    def interrupt() -> None:
        while not list(work.glob("*/holder")):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    code, _, err = ganbench("run", "--study", "tiny", "--device", "cpu")
    thread.join()
    assert (code, err) == (130, "ganbench: interrupted; the same command continues\n")
    with FileLock(next(work.glob("*/lock")), blocking=False) as lock:
        assert lock.is_locked


def test_a_finished_study_ends_with_its_table_and_report(ganbench: Command, finished: FinishedStudy) -> None:
    names = ",".join((*finished.sound, finished.failing))
    code, out, _ = ganbench("run", "--study", "tiny", "--variant", names, "--device", "cpu", where=finished.paths.root)
    assert code == 0
    means = {name: mean(r.final_scores["fid"] for r in finished.records(name, "final")) for name in finished.sound}
    best, other = sorted(means, key=lambda name: means[name])
    rows = {words[1]: words for line in out.splitlines() if len(words := line.split()) > 2}
    assert rows[best][0] == "1"
    assert rows[other][0] == "2"
    assert float(rows[best][2]) == pytest.approx(means[best], rel=0.01)
    page = finished.paths.report(finished.spec.study_id) / "index.html"
    assert f"Report: {page}" in out
    assert page.is_file()
    assert out.splitlines()[-1] == "Compare: make ui STUDY=tiny"


def test_a_report_may_go_elsewhere(ganbench: Command, finished: FinishedStudy, tmp_path: Path) -> None:
    code, out, _ = ganbench("report", "--study", "tiny", "--output", str(tmp_path / "out"), where=finished.paths.root)
    assert code == 0
    assert f"Report: {tmp_path / 'out' / 'index.html'}" in out
    assert {"index.html", "report.md", "runs.csv"} <= {path.name for path in (tmp_path / "out").iterdir()}


def test_a_report_of_a_study_that_never_ran_is_refused(ganbench: Command, finished: FinishedStudy) -> None:
    code, _, err = ganbench("report", "--study", "tiny", "--set", "seed=99", where=finished.paths.root)
    assert code == 2
    assert len(err.splitlines()) == 1
    assert "tiny-" in err


def tiles(path: Path, rows: int, columns: int) -> Tensor:
    """The images of a grid (rows, columns, 8, 8): every fourth pixel of the magnified digits."""
    with Image.open(path) as picture:
        assert picture.size == (columns * 34 + 2, rows * 34 + 2)
        grid = pil_to_tensor(picture)[0]
    cut = [[grid[2 + 34 * r : 34 + 34 * r, 2 + 34 * c : 34 + 34 * c] for c in range(columns)] for r in range(rows)]
    return torch.stack([torch.stack(row) for row in cut])[:, :, ::4, ::4]


def latents(seed: int, *shape: int) -> Tensor:
    """From WGAN's prior, uniform over [-1, 1]."""
    return torch.rand(*shape, 100, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_samples_are_drawn_from_the_first_final_run(ganbench: Command, finished: FinishedStudy, tmp_path: Path) -> None:
    output = tmp_path / "new" / "drawn.png"
    arguments = ("sample", "wgan", "--study", "tiny", "--images", "16", "--seed", "3", "--output", str(output))
    code, out, _ = ganbench(*arguments, where=finished.paths.root)
    assert code == 0
    assert out == f"16 images: {output}\n"
    generator = read_generator(finished.work / "wgan-final-0000" / GENERATOR_FILE).module
    expected = to_uint8(generate(generator, (latents(3, 16),)))
    assert torch.equal(tiles(output, 2, 8).flatten(0, 1), expected[:, 0])


def test_a_walk_ends_at_the_images_of_its_two_latents(
    ganbench: Command, finished: FinishedStudy, tmp_path: Path
) -> None:
    output, weights = tmp_path / "walk.png", finished.work / "wgan-final-0001" / GENERATOR_FILE
    arguments = ("sample", str(weights), "--study", "tiny", "--walk", "5", "--seed", "3", "--output", str(output))
    code, out, _ = ganbench(*arguments, where=finished.paths.root)
    assert code == 0
    assert out == f"40 images: {output}\n"
    walked = tiles(output, 8, 5).int()
    ends = latents(3, 2, 8, 1)[:, :, 0]
    for column, end in ((0, ends[0]), (-1, ends[1])):
        expected = to_uint8(generate(read_generator(weights).module, (end,)))[:, 0].int()
        # Batches of another size differ by rounding, which may show in the last bit.
        assert (walked[:, column] - expected).abs().max() <= 1


@pytest.mark.parametrize(
    ("source", "message"),
    [("dcgan", "no finished run 'dcgan' in study tiny-"), ("no.safetensors", "no.safetensors: not a generator")],
)
def test_samples_of_what_does_not_exist_are_refused(
    source: str, message: str, ganbench: Command, finished: FinishedStudy
) -> None:
    code, _, err = ganbench("sample", source, "--study", "tiny", where=finished.paths.root)
    assert code == 2
    assert err.startswith(f"ganbench: {message}")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("output", ["studies", "studies/tiny.toml/drawn.png"])
def test_a_picture_that_cannot_be_written_is_refused(output: str, ganbench: Command, finished: FinishedStudy) -> None:
    code, _, err = ganbench("sample", "wgan", "--study", "tiny", "--output", output, where=finished.paths.root)
    assert code == 2
    assert output in err
    assert len(err.splitlines()) == 1
