"""Makes digits-cnn.safetensors from the digits' train split.

`python -m benchmark.scoring.extractors.train_digits_cnn [FILE]`.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.functional import cross_entropy

from benchmark.datasets.catalog import LabelledImages, load_split
from benchmark.pixels import to_float
from benchmark.scoring.extractors.digits_cnn import WEIGHTS, DigitsNetwork

EPOCHS = 30
BATCH_SIZE = 64
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-2
SEED = 0


def train(split: LabelledImages, epochs: int) -> DigitsNetwork:
    """A network trained on labelled images (N, 1, 8, 8): AdamW under one learning rate cycle; deterministic."""
    torch.manual_seed(SEED)
    generator = torch.Generator().manual_seed(SEED)
    network = DigitsNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    batches = len(split.images) // BATCH_SIZE
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=epochs * batches)
    images = to_float(split.images)
    for _ in range(epochs):
        order = torch.randperm(len(images), generator=generator)
        for chosen in order[: batches * BATCH_SIZE].view(batches, BATCH_SIZE):
            loss = cross_entropy(network(images[chosen]), split.labels[chosen])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            schedule.step()
    scale_features(network, images)
    return network


@torch.no_grad()
def scale_features(network: DigitsNetwork, images: Tensor) -> None:
    """Give the features of images (N, 1, 8, 8) a mean square of 1, and leave the logits as they are.

    KID's kernel is cubic: on the features as training leaves them, a few outliers would decide it. FID is only scaled.
    """
    scale = network.features(images).square().mean().sqrt()
    network.hidden.weight.div_(scale)
    network.hidden.bias.div_(scale)
    network.output.weight.mul_(scale)


@torch.inference_mode()
def accuracy(network: DigitsNetwork, split: LabelledImages) -> float:
    """Share of a split that the network classifies rightly, in [0, 1]."""
    right = network(to_float(split.images)).argmax(1) == split.labels
    return float(right.double().mean())


def main(path: Path) -> None:
    """Train, measure on the splits that training never saw, and write the weights with what was measured."""
    torch.set_num_threads(1)  # so that sums come out the same on any machine with the same kernels
    data = Path()  # the digits come with scikit-learn
    network = train(load_split("digits", "train", data), EPOCHS)
    measured = {
        f"{split}_accuracy": accuracy(network, load_split("digits", split, data)) for split in ("validation", "test")
    }
    save_file(network.state_dict(), path, metadata={name: f"{value:.4f}" for name, value in measured.items()})
    path.chmod(0o644)  # safetensors lets no one else read it
    print(path, measured)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS)
