"""Real flips in real studies: a byte in a file of each kind that a study reads again, and the same command."""

import random
from pathlib import Path

import pytest

from tools.bit_flips.__main__ import prepare
from tools.bit_flips.files import by_kind
from tools.bit_flips.study import run
from tools.bit_flips.trial import FAULT, Case, try_flip

READ_AGAIN = {
    "finished": (
        *("runs/mlflow.db", "runs/optuna.journal", "artifacts/record.json", "LABEL/record.json", "finished.json"),
    ),
    "half way": (
        *("checkpoint.safetensors", "LABEL/record.json", "runs/optuna.journal", "runs/mlflow.db", "preparation.json"),
        *("REFERENCE.safetensors", "PROGRAM.safetensors", "train-images.npy", "train-labels.npy", "train.json"),
    ),
}


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Path], dict[str, str]]:
    return prepare(tmp_path_factory.mktemp("studies"))


@pytest.mark.long
def test_a_study_of_which_a_byte_changed_ends_with_the_same_table_or_says_so(
    studies: tuple[dict[str, Path], dict[str, str]], tmp_path: Path
) -> None:
    checkouts, tables = studies
    assert set(tables) == {"runs.csv", "variants.csv"}
    chance, faults, tried = random.Random(15), [], 0
    for name, wanted in READ_AGAIN.items():
        kinds = by_kind(checkouts[name])
        for part in wanted:
            (kind,) = [kind for kind in kinds if kind.endswith(part)]
            file = chance.choice(kinds[kind])
            result = try_flip(checkouts[name], tmp_path / f"copy-{tried}", file, chance, Case(run, tables))
            tried += 1
            if result.verdict == FAULT:
                faults.append(f"{name}: {result.flip}: {result.told}")
    assert not faults, "\n".join(faults)
    assert tried == 15
