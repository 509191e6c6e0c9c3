"""A set against statistics of real features scores as against the images that they are of."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.errors import UserError
from benchmark.scoring.against_statistics import against_statistics, left_out
from benchmark.scoring.extractors.catalog import load_extractor
from benchmark.scoring.features import extract
from benchmark.scoring.given_statistics import read_statistics
from benchmark.scoring.scorer import Sample, Scorer, score
from benchmark.spec import Spec, spec_of

CPU = torch.device("cpu")


def drawn(seed: int) -> Tensor:
    source = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256 - 40 * seed, (800, 3, 16, 16), generator=source, dtype=torch.uint8)


def spec(*overrides: str) -> Spec:
    values = {"name": "a", "dataset": "file:stats.npz", "score": {"extractor": "pixels", "images": 800}}
    return spec_of(values, overrides, "--set")


@pytest.fixture
def statistics(tmp_path: Path) -> Path:
    """As pytorch-fid writes them, of the real images' features, by NumPy."""
    features = extract(load_extractor("pixels", tmp_path, CPU), drawn(0)).pooled.numpy()
    np.savez(tmp_path / "stats.npz", mu=np.mean(features, axis=0), sigma=np.cov(features, rowvar=False))
    return tmp_path / "stats.npz"


def test_the_same_fid_as_against_the_images(statistics: Path, tmp_path: Path) -> None:
    asked = spec("score.metrics=fid,fid_infinity")
    scorer = against_statistics(asked, statistics, 16, tmp_path, CPU)
    labelled = LabelledImages(drawn(0), torch.zeros(800, dtype=torch.int64), 1)
    images = Scorer.of_images(asked, "all", labelled, (tmp_path, tmp_path), CPU)
    sample = Sample(drawn(1))
    found, expected = (score(each.compare([sample])[0], ("fid", "fid_infinity")) for each in (scorer, images))
    assert found == pytest.approx(expected, rel=1e-9)
    assert found["fid"] > 0.1
    assert (scorer.protocol.real_images, scorer.protocol.features) == (0, 192)
    assert len(scorer.protocol.real_digest) == 16
    assert scorer.protocol.real_digest != images.protocol.real_digest


@pytest.mark.parametrize("metric", ["kid", "precision_recall", "density_coverage"])
@pytest.mark.parametrize("key", ["metrics", "final_metrics"])
def test_what_cannot_be_computed_is_refused_by_name(metric: str, key: str, statistics: Path, tmp_path: Path) -> None:
    others = ["score.metrics=fid"] if key == "final_metrics" else []
    asked = spec(*others, f"score.{key}=fid,{metric}")
    with pytest.raises(UserError, match=f"metric '{metric}': .*stats.npz holds a mean .* leave it out of score.{key}"):
        against_statistics(asked, statistics, 16, tmp_path, CPU)


def test_what_is_left_out_is_named() -> None:
    said = left_out(("fid", "inception_score", "kid", "precision_recall"), Path("stats.npz"))
    assert said.startswith(
        "Not computed: kid, precision_recall. stats.npz holds a mean and a covariance of real features"
    )
    assert left_out(("fid", "fid_infinity"), Path("stats.npz")) == ""


def test_the_extractor_must_be_that_of_the_statistics(statistics: Path) -> None:
    with pytest.raises(UserError, match="192 features, and extractor 'inception-v3-compat' has 2048"):
        read_statistics(statistics, 2048, "inception-v3-compat", CPU)
