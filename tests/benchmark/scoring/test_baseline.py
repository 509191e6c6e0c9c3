import numpy as np
import pytest
import torch
from PIL import Image

from benchmark.datasets.catalog import load_split
from benchmark.datasets.draw import drawn
from benchmark.paths import Paths
from benchmark.scoring.baseline import baseline, both_ends, noise_images
from benchmark.scoring.scorer import Sample, Scorer, score
from benchmark.spec import Spec
from benchmark.study.preparation import prepare

CPU = torch.device("cpu")
NAMES = (
    "fid",
    "inception_score",
    "inception_score_std",
    "kid",
    "kid_std",
    "precision",
    "recall",
    "precision_recall_f_score",
)


def baselines(spec, split, folder):
    train = load_split("digits", "train", folder)
    return baseline(both_ends(Scorer.for_split(spec, split, folder, folder / "cache", CPU), train), spec.score)


def test_floor_is_far_below_noise(spec, tmp_path):
    scores = baselines(spec, "validation", tmp_path)
    assert list(scores) == ["floor", "noise"]
    assert all(part.keys() == {"images", *NAMES} for part in scores.values())
    assert scores["floor"]["fid"] < 0.1 * scores["noise"]["fid"]
    assert scores["floor"]["kid"] < 0.1 * scores["noise"]["kid"]
    assert scores["floor"]["inception_score"] > 2 * scores["noise"]["inception_score"]
    assert scores["floor"]["recall"] > 0.7 > 0.1 > scores["noise"]["recall"]


def test_floor_scores_real_train_images_drawn_by_class_and_counts_them(spec, tmp_path):
    scores = baselines(spec, "test", tmp_path)
    scorer = Scorer.for_split(spec, "test", tmp_path, tmp_path / "cache", CPU)
    train = load_split("digits", "train", tmp_path)
    chosen = drawn(train.labels, 300)
    assert (train.labels[chosen].bincount() - train.labels.bincount() * 300 / 897).abs().max() < 1
    expected = score(scorer.compare([Sample(train.images[chosen])])[0], spec.score.metrics)
    assert scores["floor"] == {"images": 300, **expected}


def test_floor_has_no_more_images_than_the_train_split(spec, tmp_path):
    large = spec.model_copy(update={"score": spec.score.model_copy(update={"images": 1000, "metrics": ("fid",)})})
    scores = baselines(large, "test", tmp_path)
    assert (scores["floor"]["images"], scores["noise"]["images"]) == (897, 1000)


def test_train_images_are_not_asked_how_near_they_are_to_train_images(spec, tmp_path):
    """They are nearest to themselves: 1, the worst value there is."""
    asked = spec.model_copy(update={"score": spec.score.model_copy(update={"metrics": ("fid", "memorisation")})})
    scores = baselines(asked, "test", tmp_path)
    assert scores["floor"].keys() == {"images", "fid"}
    assert scores["noise"].keys() == {"images", "fid", "memorisation", "memorisation_z"}
    assert scores["noise"]["memorisation"] < 0.001


@pytest.mark.long
def test_a_folder_sorted_by_class_has_a_small_floor(tmp_path):
    """600 near-black and 600 near-white pictures: the first 300 are all black, and farther off than noise is."""
    random, photos = np.random.default_rng(0), tmp_path / "photos"
    for name, base in (("black", 0), ("white", 235)):
        (photos / name).mkdir(parents=True)
        for number, pixels in enumerate(random.integers(base, base + 20, (600, 8, 8), dtype=np.uint8)):
            Image.fromarray(pixels).save(photos / name / f"{number:03d}.png")
    values = {"extractor": "pixels", "images": 300, "metrics": ("fid",)}
    own = Spec.model_validate({"name": "own", "dataset": f"folder:{photos}", "resolution": 8, "score": values})
    paths = Paths(tmp_path, tmp_path / "data")
    measured = prepare(own, paths, "cpu").baseline
    assert all(ends["floor"]["fid"] < 0.02 * ends["noise"]["fid"] for ends in measured.values())
    with Image.open(paths.work(own.study_id) / "real.png") as picture:
        # 64 tiles of 32 pixels, each with 2 between: their middles are dark or light, half of each.
        middles = np.asarray(picture)[18::34, 18::34, 0]
    assert ((middles < 30).sum(), (middles > 230).sum()) == (32, 32)


def test_noise_is_uniform_and_always_the_same():
    before = torch.random.get_rng_state()
    noise = noise_images(500, torch.Size((1, 8, 8)))
    assert torch.equal(noise, noise_images(500, torch.Size((1, 8, 8))))
    assert torch.equal(torch.random.get_rng_state(), before)
    counts = noise.flatten().bincount(minlength=256)
    # Chi-squared of 255 degrees of freedom stays below 330 in 99.9 % of draws.
    assert ((counts - 125) ** 2 / 125).sum() < 330
