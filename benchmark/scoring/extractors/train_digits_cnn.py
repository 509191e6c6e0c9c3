"""Makes digits-cnn.safetensors from the digits' train split.

`python -m benchmark.scoring.extractors.train_digits_cnn [FILE]`.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from benchmark.datasets.catalog import load_split
from benchmark.scoring.extractors.classifier_training import MOST_EPOCHS, accuracy, train
from benchmark.scoring.extractors.digits_cnn import WEIGHTS


def main(path: Path) -> None:
    """Train, measure on the splits that training never saw, and write the weights with what was measured."""
    torch.set_num_threads(1)  # so that sums come out the same on any machine with the same kernels
    data = Path()  # the digits come with scikit-learn
    network = train(load_split("digits", "train", data), MOST_EPOCHS)
    measured = {
        f"{split}_accuracy": accuracy(network, load_split("digits", split, data)) for split in ("validation", "test")
    }
    save_file(network.state_dict(), path, metadata={name: f"{value:.4f}" for name, value in measured.items()})
    path.chmod(0o644)  # safetensors lets no one else read it
    print(path, measured)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS)
