"""Trains a classifier of labelled images, the same for the same images whatever the number of cores."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from benchmark.datasets.catalog import LabelledImages
from benchmark.pixels import to_float
from benchmark.scoring.extractors.classifier import Classifier

BATCH_SIZE = 64
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-2
MOST_EPOCHS, FEWEST_EPOCHS, IMAGES_SEEN = 30, 6, 60_000
BLOCK = 4096  # images that are classified together
SEED = 0


def usual_epochs(images: int) -> int:
    """How often so many images are seen: 30 times up to 2,000 of them, 6 times from 10,000 on."""
    return max(FEWEST_EPOCHS, min(MOST_EPOCHS, IMAGES_SEEN // max(images, 1)))


def train(split: LabelledImages, epochs: int) -> Classifier:
    """A classifier trained on labelled images (N, C, R, R): AdamW under one learning rate cycle; deterministic.

    Its features of these images have a mean square of 1. Torch's global random state is left as it was.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(SEED)
        network = Classifier(split.images.shape[1], split.images.shape[-1], split.classes)
    generator = torch.Generator().manual_seed(SEED)
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    size = min(BATCH_SIZE, len(split.images))
    batches = len(split.images) // size
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=epochs * batches)
    images = to_float(split.images)
    for _ in range(epochs):
        order = torch.randperm(len(images), generator=generator)
        for chosen in order[: batches * size].view(batches, size):
            loss = cross_entropy(network(images[chosen]), split.labels[chosen])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            schedule.step()
    scale_features(network, images)
    return network


@torch.no_grad()
def scale_features(network: Classifier, images: Tensor) -> None:
    """Give the features of images (N, C, R, R) a mean square of 1, and leave the logits as they are.

    KID's kernel is cubic: on the features as training leaves them, a few outliers would decide it. FID is only scaled.
    """
    squares = [network.features(block).square().mean(1) for block in torch.split(images, BLOCK)]
    scale = torch.cat(squares).mean().sqrt()
    network.hidden.weight.div_(scale)
    network.hidden.bias.div_(scale)
    network.output.weight.mul_(scale)


@torch.inference_mode()
def accuracy(network: Classifier, split: LabelledImages) -> float:
    """Share of a split's images (N, C, R, R) that the network classifies rightly, in [0, 1]."""
    found = torch.cat([network(to_float(block)).argmax(1) for block in torch.split(split.images, BLOCK)])
    return float((found == split.labels).double().mean())
