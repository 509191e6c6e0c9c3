"""`ganbench score` with Inception (random weights) against the program of torch-fidelity."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

from benchmark.scoring.extractors.inception import WEIGHTS
from benchmark.scoring.extractors.published_weights import OWN_FOLDER

COUNT = 24
NAMES = {
    "fid": "frechet_inception_distance",
    "inception_score": "inception_score_mean",
    "inception_score_std": "inception_score_std",
    "precision": "precision",
    "recall": "recall",
    "precision_recall_f_score": "f_score",
}


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Blurred noise, and brighter blurred noise, as pictures of 16 x 16 pixels."""
    draw = np.random.RandomState(0)
    found = {}
    for name, brightest in (("generated", 200), ("real", 256)):
        found[name] = tmp_path / name
        found[name].mkdir()
        for number in range(COUNT):
            small = Image.fromarray(draw.randint(0, brightest, (4, 4, 3)).astype(np.uint8))
            small.resize((16, 16)).save(found[name] / f"{number:02d}.png")
    return found


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Kaiming-normal: random, but features neither vanish nor explode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = torchvision.models.inception_v3(num_classes=1008, aux_logits=False, init_weights=False)
        for module in network.modules():
            if isinstance(module, torch.nn.Conv2d):
                torch.nn.init.kaiming_normal_(module.weight)
    folder = tmp_path / "own"
    folder.mkdir()
    torch.save(network.state_dict(), folder / WEIGHTS.file)
    return folder


def program(*words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.long
def test_the_same_scores_as_torch_fidelitys_program(folders: dict[str, Path], weights: Path, tmp_path: Path) -> None:
    sources = [str(folders["generated"]), str(folders["real"])]
    theirs = json.loads(
        program(
            *("-m", "torch_fidelity.fidelity", "--input1", sources[0], "--input2", sources[1]),
            *("--fid", "--isc", "--kid", "--prc", "--kid-subset-size", str(COUNT), "--json", "--silent", "--no-cache"),
            *("--feature-extractor", "inception-v3-compat", "--prc-neighborhood", "3"),
            *("--feature-extractor-weights-path", str(weights / WEIGHTS.file)),
        )
    )
    program(
        *("-c", "from benchmark.cli import main; main()", "score", sources[0], "--against", sources[1]),
        *("--set", "score.extractor=inception-v3-compat", "--set", f"score.kid_subset_size={COUNT}"),
        *("--device", "cpu", "--output", str(tmp_path / "scores.json")),
        **{OWN_FOLDER: str(weights)},
    )
    ours = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))["scores"]
    for name, their_name in NAMES.items():
        assert ours[name] == pytest.approx(theirs[their_name], rel=1e-6), name
    # Theirs is computed in float32.
    assert ours["kid"] == pytest.approx(theirs["kernel_inception_distance_mean"], rel=1e-3)
