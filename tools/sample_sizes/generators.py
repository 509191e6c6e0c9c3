"""Generators of different quality, as pools of features: snapshots of GANs on the digits, and known Gaussians."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from torch import Tensor

import benchmark
from benchmark.datasets.catalog import load_split
from benchmark.metrics.arithmetic.frechet_distance import frechet_distance, moments
from benchmark.metrics.comparison import RealFeatures
from benchmark.paths import Paths
from benchmark.scoring.extractors.catalog import load_extractor
from benchmark.scoring.features import extract
from benchmark.scoring.reference import reference_of

VARIANTS = ("gan-mlp", "dcgan", "wgan-gp")
STEPS = (250, 500, 1000, 2000)  # of the discriminator, as the rungs of a study
SEEDS = 2
CPU = torch.device("cpu")
FEATURES, REAL, MEAN = 64, 2000, 1.0  # of the made data: as many features as digits-cnn has
NEAREST, RATIO, GAUSSIANS = 0.15, 1.2, 12  # FIDs of the made generators: 0.15, 0.18, ... 1.11


@dataclass(frozen=True)
class Field:
    """Generators beside what they imitate.

    Attributes:
        real: The real side, M features (M, D).
        names: Of G generators.
        pools: Features (P, D) of each one's images, to draw samples from.
        fids: (G,), what they are to be ordered by: FID of many other images, or of infinitely many.
    """

    real: RealFeatures
    names: tuple[str, ...]
    pools: tuple[Tensor, ...]
    fids: tuple[float, ...]


def digits(images: int, steps: tuple[int, ...] = STEPS) -> Field:
    """Three GANs at several lengths of training, of two seeds each, by digits-cnn, beside the test split.

    Args:
        images: Of each pool. As many others give its FID.
        steps: Updates of the discriminator.
    """
    data = Paths.here().data
    loaded = load_extractor("digits-cnn", data, CPU)
    real = reference_of(load_split("digits", "test", data).images, loaded)
    names, pools, fids = [], [], []
    for name, drawn in _snapshots(2 * images, steps):
        features = extract(loaded, drawn).pooled
        names.append(name)
        pools.append(features[:images])
        fids.append(frechet_distance(moments(features[images:]), (real.mu, real.sigma), real.sigma_root))
    return Field(real, tuple(names), tuple(pools), tuple(fids))


def _snapshots(images: int, steps: tuple[int, ...]) -> Iterator[tuple[str, Tensor]]:
    for variant, count, seed in product(VARIANTS, steps, range(SEEDS)):
        trained = benchmark.train(variant, dataset="digits", steps=count, seed=seed)
        yield f"{variant} at {count}, seed {seed}", trained.sample(images)


def gaussians(images: int) -> Field:
    """Twelve Gaussians whose FID from that of the real side is known, each a fifth higher than the one before.

    In turn their mean is moved, their spread made narrower, or wider. The spread falls as 1 / j over 64 features.

    Args:
        images: Of each pool.
    """
    draws = np.random.RandomState(0)
    spread, mean = (1 / np.arange(1, FEATURES + 1)) ** 0.5, np.full(FEATURES, MEAN)
    whole = float((spread**2).sum())
    names, pools, fids = [], [], []
    for number in range(GAUSSIANS):
        fid = NEAREST * RATIO**number
        way, factor = np.zeros(FEATURES), 1.0
        kind = ("moved", "narrow", "wide")[number % 3]
        if kind == "moved":
            way = draws.standard_normal(FEATURES)
            way *= fid**0.5 / np.linalg.norm(way)
        else:
            factor += (-1 if kind == "narrow" else 1) * (fid / whole) ** 0.5
        names.append(kind)
        pools.append(torch.from_numpy(mean + way + factor * spread * draws.standard_normal((images, FEATURES))))
        fids.append(fid)
    real = torch.from_numpy(mean + spread * draws.standard_normal((REAL, FEATURES)))
    return Field(RealFeatures(real, *moments(real)), tuple(names), tuple(pools), tuple(fids))
