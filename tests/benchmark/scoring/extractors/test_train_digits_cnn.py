from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file

from benchmark.scoring.extractors.digits_cnn import WEIGHTS
from benchmark.scoring.extractors.train_digits_cnn import main


def test_it_makes_weights_as_good_as_those_that_are_shipped(tmp_path: Path, capsys) -> None:
    """Not to the last bit: kernels round differently from processor to processor."""
    threads = torch.get_num_threads()
    try:
        main(tmp_path / "made.safetensors")
    finally:
        torch.set_num_threads(threads)
    made, shipped = load_file(tmp_path / "made.safetensors"), load_file(WEIGHTS)
    assert {name: each.shape for name, each in made.items()} == {name: each.shape for name, each in shipped.items()}
    with safe_open(tmp_path / "made.safetensors", "pt") as file:
        measured = {name: float(value) for name, value in file.metadata().items()}
    assert set(measured) == {"validation_accuracy", "test_accuracy"}
    assert min(measured.values()) > 0.96
    assert str(tmp_path) in capsys.readouterr().out
