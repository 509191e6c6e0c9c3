import torch

from benchmark.datasets.catalog import load_split
from benchmark.scoring.baseline import baseline, both_ends, noise_images
from benchmark.scoring.scorer import Sample, Scorer, score

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
    train = load_split("digits", "train", folder).images
    return baseline(both_ends(Scorer.for_split(spec, split, folder, folder / "cache", CPU), train), spec.score)


def test_floor_is_far_below_noise(spec, tmp_path):
    scores = baselines(spec, "validation", tmp_path)
    assert list(scores) == ["floor", "noise"]
    assert all(part.keys() == {"images", *NAMES} for part in scores.values())
    assert scores["floor"]["fid"] < 0.1 * scores["noise"]["fid"]
    assert scores["floor"]["kid"] < 0.1 * scores["noise"]["kid"]
    assert scores["floor"]["inception_score"] > 2 * scores["noise"]["inception_score"]
    assert scores["floor"]["recall"] > 0.7 > 0.1 > scores["noise"]["recall"]


def test_floor_scores_real_train_images_and_counts_them(spec, tmp_path):
    scores = baselines(spec, "test", tmp_path)
    scorer = Scorer.for_split(spec, "test", tmp_path, tmp_path / "cache", CPU)
    train = load_split("digits", "train", tmp_path).images[:300]
    expected = score(scorer.compare([Sample(train)])[0], spec.score.metrics)
    assert scores["floor"] == {"images": 300, **expected}


def test_floor_has_no_more_images_than_the_train_split(spec, tmp_path):
    large = spec.model_copy(update={"score": spec.score.model_copy(update={"images": 1000, "metrics": ("fid",)})})
    scores = baselines(large, "test", tmp_path)
    assert (scores["floor"]["images"], scores["noise"]["images"]) == (897, 1000)


def test_noise_is_uniform_and_always_the_same():
    before = torch.random.get_rng_state()
    noise = noise_images(500, torch.Size((1, 8, 8)))
    assert torch.equal(noise, noise_images(500, torch.Size((1, 8, 8))))
    assert torch.equal(torch.random.get_rng_state(), before)
    counts = noise.flatten().bincount(minlength=256)
    # Chi-squared of 255 degrees of freedom stays below 330 in 99.9 % of draws.
    assert ((counts - 125) ** 2 / 125).sum() < 330
