from dataclasses import replace

import numpy as np
import pytest
import torch
import torch_fidelity
from comparisons import of_images
from torch.utils.data import Dataset

from benchmark.datasets.catalog import DATASETS, load_split
from benchmark.datasets.dataset import Content
from benchmark.errors import UserError
from benchmark.metrics.catalog import default_metrics, find_metric, known_metrics, known_scores
from benchmark.records import Protocol
from benchmark.scoring.extractors.catalog import register
from benchmark.scoring.reference import image_digest
from benchmark.scoring.scorer import Sample, Scorer, score
from benchmark.spec import Spec

CPU = torch.device("cpu")
NAMES = {
    "fid": "frechet_inception_distance",
    "inception_score": "inception_score_mean",
    "inception_score_std": "inception_score_std",
    "kid": "kernel_inception_distance_mean",
    "kid_std": "kernel_inception_distance_std",
    "precision": "precision",
    "recall": "recall",
    "precision_recall_f_score": "f_score",
}


class Images(Dataset):
    """Images (N, 1, H, W) uint8 as torch-fidelity wants them."""

    def __init__(self, images: torch.Tensor) -> None:
        self.images = images.repeat(1, 3, 1, 1)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> torch.Tensor:
        return self.images[i]


def scorer_of(spec, tmp_path, split="test"):
    return Scorer.for_split(spec, split, tmp_path / "data", tmp_path / "cache", CPU)


def test_protocol_says_what_scores_mean(spec, tmp_path, digits_cnn):
    assert scorer_of(spec, tmp_path).protocol == Protocol(
        dataset="digits",
        resolution=8,
        split="test",
        real_images=450,
        generated_images=300,
        extractor="digits-cnn",
        extractor_digest=digits_cnn.digest,
        batch_norm="accumulated",
        torch_fidelity=torch_fidelity.__version__,
        averaging="recipe",
        real_digest=image_digest(load_split("digits", "test", tmp_path).images),
        kid_subset_size=200,
        batch_norm_batches=16,
        batch_norm_batch_size=64,
        features=64,
        extractor_resize="mean of the colours, bilinear, antialiased, to 8x8",
        foreign_extractor=False,
        real_sizes="8x8",
        real_resize="none",
        generated_sizes="8x8",
        generated_resize="none",
        real_depth="8 bits",
        generated_depth="8 bits",
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"score": {"images": 100}}, {"kid_subset_size": 100}),
        ({"score": {"kid_subset_size": 1000, "images": 1000}}, {"kid_subset_size": 450}),
        ({"score": {"metrics": ["fid"]}}, {"kid_subset_size": None}),
        ({"score": {"metrics": ["fid"], "final_metrics": ["kid"]}}, {"kid_subset_size": 200}),
        ({"score": {"batch_norm": "running"}}, {"batch_norm_batches": None, "batch_norm_batch_size": None}),
        ({"score": {"batch_norm_batches": 3}, "budget": {"batch_size": 32}}, {"batch_norm_batches": 3}),
        ({"budget": {"batch_size": 32}}, {"batch_norm_batch_size": 32}),
        ({"budget": {"batch_size": "paper"}}, {"batch_norm_batch_size": "paper"}),
        ({"resolution": 16}, {"real_sizes": "8x8", "real_resize": "bilinear, antialiased", "generated_sizes": "16x16"}),
        ({"score": {"extractor": "pixels", "metrics": ["fid"]}}, {"features": 192}),
    ],
)
def test_protocol_says_what_was_really_done(changes, said, tmp_path):
    asked = Spec.model_validate({"name": "d", "dataset": "digits"} | changes)
    protocol = scorer_of(asked, tmp_path).protocol
    assert {name: getattr(protocol, name) for name in said} == said


def test_an_extractor_made_for_other_data_needs_a_word(tmp_path):
    score_ = {"images": 64, "metrics": ["fid"]}
    asked = Spec.model_validate({"name": "g", "dataset": "gaussians-ring", "score": score_})
    refusal = (
        "extractor 'digits-cnn': was made for digits, digits-200, and says nothing of 'gaussians-ring'; "
        "name another, as in"
    )
    with pytest.raises(UserError, match=refusal):
        scorer_of(asked, tmp_path)
    insisting = Spec.model_validate(asked.model_dump() | {"score": score_ | {"foreign_extractor": True}})
    assert scorer_of(insisting, tmp_path).protocol.foreign_extractor is True
    elsewhere = Spec.model_validate(asked.model_dump() | {"score": score_ | {"extractor": "pixels"}})
    assert scorer_of(elsewhere, tmp_path).protocol.foreign_extractor is False


def test_protocol_says_whether_averaged_weights_are_sampled(spec, tmp_path):
    never = spec.model_copy(update={"score": spec.score.model_copy(update={"averaging": "off"})})
    assert scorer_of(never, tmp_path).protocol == replace(scorer_of(spec, tmp_path).protocol, averaging="off")


def test_scores_are_those_of_the_parts(spec, tmp_path, digits_cnn, test_images, generated):
    expected = score(of_images(digits_cnn, generated, test_images), spec.score.metrics)
    assert scorer_of(spec, tmp_path).score(generated) == expected


def test_random_state_is_left_alone(spec, tmp_path, generated):
    before = torch.random.get_rng_state()
    scorer_of(spec, tmp_path).score(generated)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_other_numbers_of_images_are_refused(spec, tmp_path, generated):
    with pytest.raises(ValueError, match="299 images: the protocol says 300"):
        scorer_of(spec, tmp_path).score(generated[:299])


def test_resolution_of_the_spec_counts(spec, tmp_path):
    scorer = scorer_of(spec.model_copy(update={"resolution": 16}), tmp_path, "validation")
    assert (scorer.protocol.resolution, scorer.protocol.split) == (16, "validation")


def test_split_too_small_is_a_user_error(spec, tmp_path, monkeypatch):
    digits = DATASETS["digits"]
    small = replace(digits, read=lambda *_: Content.of(np.zeros((15, 1, 8, 8), np.uint8), np.zeros(15, np.int64), 10))
    monkeypatch.setitem(DATASETS, "digits", small)
    with pytest.raises(UserError, match="dataset 'digits': 15 test images; at least 16 are needed"):
        scorer_of(spec, tmp_path)


def test_smallest_spec_gives_finite_scores(spec, tmp_path, generated):
    small = spec.model_copy(update={"score": spec.score.model_copy(update={"images": 16})})
    scores = scorer_of(small, tmp_path).score(generated[:16])
    assert len(scores) == 8
    assert all(torch.isfinite(torch.tensor(value)) for value in scores.values())


def test_a_generator_that_collapsed_gets_finite_scores(spec, tmp_path, generated):
    scores = scorer_of(spec, tmp_path).score(generated[:1].repeat(300, 1, 1, 1))
    assert all(torch.isfinite(torch.tensor(value)) for value in scores.values())
    assert scores["inception_score"] == pytest.approx(1)
    assert scores["recall"] < 0.01


def test_metrics_for_the_end_come_at_the_end(spec, tmp_path, generated):
    settings = spec.score.model_copy(update={"metrics": ("fid",), "final_metrics": ("class_coverage", "memorisation")})
    scorer = scorer_of(spec.model_copy(update={"score": settings}), tmp_path)
    before, after = scorer.score_each(
        [Sample(generated), Sample(generated, metrics=(*settings.metrics, *settings.final_metrics))]
    )
    assert before.keys() == {"fid"}
    assert after.keys() == {"fid", "classes_covered", "classes_kl", "memorisation", "memorisation_z"}
    assert after["classes_covered"] == 10
    assert 0.1 < after["memorisation"] < 0.9


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"metrics": ("fid", "known_truth")}, "metric 'known_truth': nothing is known about dataset 'digits'"),
        ({"extractor": "pixels"}, "metric 'inception_score': extractor 'pixels' is no classifier"),
        (
            {"images": 259, "final_metrics": ("fid_infinity",)},
            "64 features of digits-cnn need score.images of 260 or more",
        ),
    ],
)
def test_metrics_that_do_not_go_with_the_rest(spec, tmp_path, changes, message):
    with pytest.raises(UserError, match=message):
        scorer_of(spec.model_copy(update={"score": spec.score.model_copy(update=changes)}), tmp_path)


def test_what_is_known_of_a_made_set_is_scored(tmp_path):
    values = {"extractor": "pixels", "images": 200, "metrics": ("fid", "known_truth")}
    ring = Spec.model_validate({"name": "g", "dataset": "gaussians-ring", "score": values})
    real = load_split("gaussians-ring", "validation", tmp_path / "data").images[:200]
    scores = scorer_of(ring, tmp_path).score(real)
    assert scores["modes"] == 8
    assert scores["high_quality"] > 0.9


def test_equal_to_calculate_metrics(digits_cnn, test_images, generated):
    ours = score(of_images(digits_cnn, generated, test_images, kid_subset_size=150), default_metrics())
    register(digits_cnn.extractor)
    theirs = torch_fidelity.calculate_metrics(
        input1=Images(generated),
        input2=Images(test_images),
        feature_extractor="digits-cnn",
        isc=True,
        fid=True,
        kid=True,
        prc=True,
        kid_subset_size=150,
        cuda=False,
        save_cpu_ram=True,
        verbose=False,
    )
    assert ours.keys() == NAMES.keys()
    assert ours.keys() <= known_scores().keys()
    for name, value in ours.items():
        assert value == pytest.approx(theirs[NAMES[name]], rel=1e-6), name


@pytest.mark.parametrize("metric", default_metrics())
def test_only_what_is_asked_for_is_computed(metric, digits_cnn, test_images, generated):
    comparison = of_images(digits_cnn, generated, test_images)
    expected = find_metric("fid").function(comparison) | find_metric(metric).function(comparison)
    assert score(comparison, ("fid", metric)) == expected


def test_repeats_itself_and_leaves_random_state_alone(digits_cnn, test_images, generated):
    torch_state, numpy_state = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    first, second = (score(of_images(digits_cnn, generated, test_images), default_metrics()) for _ in range(2))
    assert first == second
    assert torch.equal(torch.random.get_rng_state(), torch_state)
    assert (np.random.get_state()[1] == numpy_state).all()


def test_what_a_metric_gives_is_held_to_its_columns(digits_cnn, test_images, generated, monkeypatch):
    comparison = of_images(digits_cnn, generated, test_images)
    monkeypatch.setitem(known_metrics(), "fid", replace(find_metric("fid"), function=lambda comparison: {"fids": 1.0}))
    with pytest.raises(UserError, match=r"metric 'fid' gives \['fids'\]: its columns are \['fid'\]"):
        score(comparison, ("fid",))
    tensor = replace(find_metric("fid"), function=lambda comparison: {"fid": comparison.images.double().mean()})
    monkeypatch.setitem(known_metrics(), "fid", tensor)
    scores = score(comparison, ("fid",))
    assert scores == {"fid": generated.double().mean().item()}
    assert type(scores["fid"]) is float


def test_an_unknown_metric_is_refused(digits_cnn, test_images, generated):
    with pytest.raises(UserError, match="unknown metric 'fids': did you mean 'fid'"):
        score(of_images(digits_cnn, generated, test_images), ("fids",))
