"""What a shell completes: the functions, and bash asking for them through the command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.cli import completion
from benchmark.spec import load_spec
from ganzoo.hyperparameters import NAMES


def test_studies_are_a_persons_own_and_the_shipped_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANBENCH_ROOT", str(tmp_path))
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "digging.toml").write_text("", encoding="utf-8")
    assert completion.studies("dig") == ["digging", "digits", "digits-200", "digits-thorough"]


def test_variants_and_sets_are_completed_after_a_comma_too() -> None:
    assert completion.variants("wgan-l") == ["wgan-lp", "wgan-lucic"]
    assert completion.variants("dcgan,co") == ["dcgan,core"]


def test_every_key_that_is_offered_is_one() -> None:
    offered = completion.keys("")
    assert {"budget.trials=", "search.lr_generator=", "score.metrics=", "scale="} <= set(offered)
    assert completion.keys("budget.tr") == ["budget.trials="]
    assert {f"search.{name}=" for name in NAMES} <= set(offered)
    spec = load_spec("digits", Path("nowhere")).model_dump()
    for key in offered:
        table, _, name = key.removesuffix("=").partition(".")
        assert key == "scale=" or table == "search" or (name in spec[table] if name else table in spec), key


def test_data_sets_protocols_splits_and_devices() -> None:
    assert completion.datasets("cifar") == ["cifar10", "cifar100"]
    assert completion.protocols("lu") == ["lucic2018"]
    assert completion.splits("train") == ["train", "train+validation"]
    assert completion.devices("cuda") == ["cuda", "cuda:0"]


@pytest.mark.parametrize(
    ("words", "position", "offered"),
    [
        ("ganbench sy", 1, ["sync"]),
        ("ganbench run --study mni", 3, ["mnist"]),
        ("ganbench run --chec", 2, ["--checkpoint-seconds"]),
    ],
)
def test_bash_is_answered(words: str, position: int, offered: list[str]) -> None:
    environment = os.environ | {
        "_GANBENCH_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(position), "GANBENCH_ROOT": "",
    }  # fmt: skip
    command = [sys.executable, "-m", "benchmark"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == offered
