"""`ganbench train`: from the words of a tutorial to its folder."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from benchmark.cli.train import hyperparameters
from benchmark.errors import UserError
from benchmark.records import GENERATOR_FILE

Command = Callable[..., tuple[int, str, str]]


def test_the_folder_is_told_and_trained_once(ganbench: Command, tmp_path: Path) -> None:
    words = ("train", "gan-mlp", "--preset", "paper", "--dataset", "digits", "--epochs", "2", "--samples-every-epoch")
    code, out, _ = ganbench(*words, "--output", "first")
    assert code == 0
    assert "2 pictures in first/samples" in out
    assert (tmp_path / "first" / "samples" / "epoch-0002.png").is_file()
    code, out, _ = ganbench(*words, "--output", "first")
    assert (code, out) == (0, "first: trained before; nothing is trained again\n")
    settings = tmp_path / "first" / "settings.json"
    settings.write_text(re.sub(r'("ganzoo/losses/\w+.py": )"\w+"', r'\1"0"', settings.read_text()))
    code, out, err = ganbench(*words, "--output", "first")
    assert (code, out) == (0, "first: trained before; nothing is trained again\n")
    assert err.startswith("ganbench: ganzoo/losses/non_saturating.py: edited since the run of gan-mlp in first, ")
    assert err.count("\n") == 1
    code, _, err = ganbench(*words, "--output", "first", "--set", "n_critic=2")
    assert code == 2
    assert "n_critic" in err
    assert (tmp_path / "first" / GENERATOR_FILE).is_file()


def test_a_folder_of_its_own_lies_in_runs(ganbench: Command, tmp_path: Path) -> None:
    code, _, _ = ganbench("train", "wgan", "--preset", "quick", "--steps", "6", "--scale", "2", "--set", "n_critic=2")
    assert code == 0
    (folder,) = (tmp_path / "runs" / "train").iterdir()
    assert folder.name.startswith("wgan-digits-")
    with Image.open(folder / "walk.png") as strip:
        assert strip.size == (10 * 18 + 2, 10 * 18 + 2)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("gan-mlp-wide",), "not known here; give --epochs or --steps"),
        (("dcgan", "--epochs", "1"), "--dataset names one"),
        (("gan-mlp", "--dataset", "digits", "--epochs", "-1"), "epochs = -1"),
        (("gan-mlp", "--dataset", "digits", "--set", "beta1=high"), "beta1=high"),
        (("dcgan", "--dataset", "folder:nope", "--epochs", "1"), "ganbench: nope: no such folder\n"),
        (
            ("dcgan", "--dataset", "folder:.", "--epochs", "1"),
            "; give --resolution 32, for instance\n",
        ),
        (
            ("dcgan", "--dataset", ".", "--epochs", "1"),
            "dataset '.': no data set of that name; the folder is written",
        ),
        (("gan-mlp", "--preset", "fast"), "fast"),
        (("gan-mpl",), "gan-mlp"),
    ],
)
def test_what_is_not_allowed_is_one_line(words: tuple[str, ...], line: str, ganbench: Command, tmp_path: Path) -> None:
    code, _, err = ganbench("train", *words)
    assert code == 2
    assert line in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "runs").exists()


def test_without_mnist_the_digits_are_pointed_at(
    ganbench: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in MNIST's place is none, and is not downloaded over."""
    for part in ("train", "t10k"):
        for kind in ("images-idx3", "labels-idx1"):
            file = tmp_path / "data" / "MNIST" / "raw" / f"{part}-{kind}-ubyte"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"no MNIST")
    monkeypatch.setenv("GANBENCH_DATA", str(tmp_path / "data"))
    code, _, err = ganbench("train", "gan-mlp")
    assert code == 2
    assert "--dataset digits needs no download" in err


def test_hyperparameters_are_numbers_by_name() -> None:
    assert hyperparameters(["n_critic=2", " beta1 = 0.5"]) == {"n_critic": 2.0, "beta1": 0.5}
    with pytest.raises(UserError, match="--set n_critic: must be KEY=NUMBER"):
        hyperparameters(["n_critic"])


@pytest.mark.long
def test_ctrl_c_keeps_all_and_the_same_command_goes_on(tmp_path: Path) -> None:
    code = "from benchmark.cli import main; main()"
    words = [sys.executable, "-c", code, "train", "gan-shallow", "--dataset", "digits", "--steps", "1200"]
    words += ["--output", "folder"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    first = subprocess.Popen(words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (tmp_path / "folder" / "samples").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    first.send_signal(signal.SIGINT)
    _, err = first.communicate(timeout=120)
    assert err.splitlines() == ["ganbench: interrupted, and all is kept; the same command continues"]
    assert first.returncode == 130
    assert (tmp_path / "folder" / "losses.png").is_file()
    second = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert second.returncode == 0
    assert "goes on after step" in second.stdout
    assert (tmp_path / "folder" / GENERATOR_FILE).is_file()
