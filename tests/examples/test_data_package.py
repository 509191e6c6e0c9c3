"""The example of a data set and an extractor, built and installed as a user would, found by processes of their own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.datasets import load_sample_images

GANBENCH = [sys.executable, "-c", "from benchmark.cli import main; main()"]
ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]
ASK = """
import json, pathlib, sys, torch
from benchmark.datasets.catalog import key_of, known_datasets, load_split
from benchmark.scoring.extractors.catalog import find_extractor, load_extractor, weights_digest
from benchmark.scoring.extractors.file_key import file_key
nowhere = pathlib.Path("nowhere")
train, test = (load_split("photographs", split, nowhere) for split in ("train", "test"))
loaded = load_extractor("spectrum", nowhere, torch.device("cpu"))
across = (127.5 + 127.5 * torch.cos(2 * torch.pi * 5 * torch.arange(32) / 32)).round().to(torch.uint8)
(waves,) = loaded.network(across.expand(1, 3, 32, 32))
print(json.dumps({
    "last": list(known_datasets())[-1],
    "images": [len(train.images), len(test.images)],
    "labels": [train.labels[0].item(), train.labels[-1].item(), train.classes],
    "corner": test.images[1, :, 0, 0].tolist(),
    "loudest": waves[0, 1:].argmax().item() + 1,
    "mean": waves[0, 0].item(),
    "keys": [key_of("photographs", 0, nowhere), file_key("spectrum", nowhere), loaded.digest],
    "own": [key_of("digits", 0, nowhere), weights_digest(loaded.network)],
}))
"""
BROKEN = """
from benchmark.datasets.digits import DIGITS as TAKEN
NO_EXTRACTOR = 3
"""


def asked(run: Run, where: Path, *folders: str) -> dict[str, object]:
    done = run([sys.executable, "-c", ASK], ":".join((*folders, str(ROOT))), where)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_is_found_with_its_values(photographs_installed: str, run: Run, tmp_path: Path) -> None:
    answer = asked(run, tmp_path, photographs_installed)
    china = np.asarray(load_sample_images().images[0])
    assert answer["last"] == "photographs"
    # (427 - 32) // 8 + 1 = 50 rows of (448 - 32) // 8 + 1 = 53 and (96 - 32) // 8 + 1 = 9 columns, of both.
    assert answer["images"] == [2 * 50 * 53, 2 * 50 * 9]
    assert answer["labels"] == [0, 1, 2]
    assert answer["corner"] == china[0, 544 + 8].tolist()
    # Five waves across an image; its mean is a half, and the lowest power 32^2 / 4.
    assert answer["loudest"] == 5
    assert answer["mean"] == pytest.approx(np.log(32**2 / 4), abs=0.01)


@pytest.mark.long
def test_keys_change_with_a_line_of_its_code_and_ours_do_not(
    photographs_installed: str, run: Run, tmp_path: Path
) -> None:
    before = asked(run, tmp_path, photographs_installed)
    for file in Path(photographs_installed).glob("ganbench_photographs*"):
        if file.is_dir():
            (tmp_path / file.name).symlink_to(file)
        else:
            (tmp_path / file.name).write_text(file.read_text().replace("1e-8", "1e-6"))
    after = asked(run, tmp_path, str(tmp_path))
    assert before["keys"] != after["keys"]
    assert not {*before["keys"]} & {*after["keys"]}  # type: ignore[misc]
    assert before["own"] == after["own"]


@pytest.mark.long
def test_a_study_of_it_runs_to_its_report(photographs_installed: str, run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "patches.toml"
    spec.write_text(
        """
name = "patches"
dataset = "photographs"
resolution = 16
variants = ["gan-mlp"]
budget = { trials = 1, discriminator_steps = 2, batch_size = 16 }
final = { seeds = 2, most_seeds = 2, images = 64 }
score = { extractor = "spectrum", metrics = ["fid", "kid"], images = 64, kid_subset_size = 32 }
"""
    )
    command = [*GANBENCH, "run", "--study", str(spec), "--workers", "1", "--device", "cpu"]
    done = run(command, f"{photographs_installed}:{ROOT}", tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "runs" / "reports").iterdir()
    protocol = json.loads((folder / "protocol.json").read_text())
    assert (pd.read_csv(folder / "runs.csv")["state"] == "complete").all()
    assert "spectrum" in json.dumps(protocol)
    # Without the package the finished study is still reported, and another is refused.
    assert run(command, str(ROOT), tmp_path).returncode == 0
    for name in (str(spec), folder.name):
        reported = run([*GANBENCH, "report", "--study", name], str(ROOT), tmp_path)
        assert reported.returncode == 0, reported.stderr
    refused = run([*command, "--set", "name=another"], str(ROOT), tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("ganbench: unknown dataset 'photographs': did you mean")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("group", "entry", "told"),
    [
        ("ganbench.datasets", "TAKEN", "'digits' is the zoo's own data set; rename it"),
        (
            "ganbench.extractors",
            "NO_EXTRACTOR",
            "must be a benchmark.scoring.extractors.extractor.Extractor, is of type int",
        ),
    ],
)
def test_a_broken_package_is_one_line_that_names_it(
    run: Run, tmp_path: Path, group: str, entry: str, told: str
) -> None:
    (tmp_path / "next_door.py").write_text(BROKEN)
    metadata = tmp_path / "next_door-0.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: next-door\nVersion: 0.1\n")
    (metadata / "entry_points.txt").write_text(f"[{group}]\nmine = next_door:{entry}\n")
    Image.new("L", (8, 8)).save(tmp_path / "one.png")
    done = run([*GANBENCH, "doctor"], f"{tmp_path}:{ROOT}", tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"ganbench: plugin next-door, entry point 'mine' of {group} (next_door:{entry}): {told}\n"
