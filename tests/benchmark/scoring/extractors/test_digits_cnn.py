from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from benchmark.datasets.catalog import load_split
from benchmark.errors import UserError
from benchmark.scoring.extractors.digits_cnn import (
    WEIGHTS,
    DigitsExtractor,
    DigitsNetwork,
    digits_problem,
    load_weights,
)


def classified(split: str) -> tuple[torch.Tensor, torch.Tensor]:
    data = load_split("digits", split, Path("nowhere"))
    network = DigitsExtractor("digits-cnn", ["logits"])
    with torch.inference_mode():
        (logits,) = network(data.images.expand(-1, 3, -1, -1))
    return logits.argmax(1), data.labels


@pytest.mark.parametrize("split", ["validation", "test"])
def test_shipped_weights_classify_what_training_never_saw(split):
    found, labels = classified(split)
    accuracy = (found == labels).double().mean().item()
    assert accuracy >= 0.96
    with safe_open(WEIGHTS, "pt") as file:
        recorded = float(file.metadata()[f"{split}_accuracy"])
    assert accuracy == pytest.approx(recorded, abs=0.003)  # one image, whichever way kernels round


def test_shipped_file_is_small_and_single_precision():
    assert WEIGHTS.stat().st_size < 300_000
    assert {tensor.dtype for tensor in load_file(WEIGHTS).values()} == {torch.float32}
    assert digits_problem(Path("nowhere")) is None


def test_layers_belong_together_and_come_in_the_order_asked_for():
    images = torch.randint(0, 256, (5, 3, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    logits, pooled = DigitsExtractor("digits-cnn", ["logits", "64"])(images)
    output = load_file(WEIGHTS)
    expected = pooled @ output["output.weight"].double().T + output["output.bias"].double()
    assert (pooled.shape, logits.shape, pooled.dtype) == ((5, 64), (5, 10), torch.float64)
    assert (pooled >= 0).all()
    torch.testing.assert_close(logits, expected, atol=1e-4, rtol=1e-5)


def test_colour_is_averaged_and_other_sides_are_resized():
    network = DigitsExtractor("digits-cnn", ["64"])
    grey = torch.full((1, 3, 8, 8), 90, dtype=torch.uint8)
    colour = torch.tensor([60, 90, 120], dtype=torch.uint8).view(1, 3, 1, 1).expand(1, 3, 20, 20)
    torch.testing.assert_close(network(colour)[0], network(grey)[0], atol=1e-5, rtol=1e-5)


def test_missing_broken_and_foreign_weights_are_named(tmp_path):
    path = tmp_path / "weights.safetensors"
    with pytest.raises(UserError, match=r"weights\.safetensors: no weights of digits-cnn"):
        load_weights(DigitsNetwork(), path)
    path.write_bytes(WEIGHTS.read_bytes()[:1000])
    with pytest.raises(UserError, match=r"weights\.safetensors: no weights of digits-cnn"):
        load_weights(DigitsNetwork(), path)
    save_file({"fc.weight": torch.zeros(3)}, path)
    with pytest.raises(UserError, match=r"weights\.safetensors: no weights of digits-cnn.*train_digits_cnn"):
        load_weights(DigitsNetwork(), path)
