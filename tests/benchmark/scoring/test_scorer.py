from dataclasses import replace

import pytest
import torch
import torch_fidelity

from benchmark.datasets.catalog import DATASETS
from benchmark.errors import UserError
from benchmark.records import Protocol
from benchmark.scoring.features import extract
from benchmark.scoring.reference import reference_of
from benchmark.scoring.scorer import Scorer
from benchmark.scoring.scores import score

CPU = torch.device("cpu")


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
    )


def test_protocol_says_whether_averaged_weights_are_sampled(spec, tmp_path):
    never = spec.model_copy(update={"score": spec.score.model_copy(update={"averaging": "off"})})
    assert scorer_of(never, tmp_path).protocol == replace(scorer_of(spec, tmp_path).protocol, averaging="off")


def test_scores_are_those_of_the_parts(spec, tmp_path, digits_cnn, test_images, generated):
    expected = score(extract(digits_cnn, generated), reference_of(test_images, digits_cnn), spec.score)
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
    small = replace(digits, read=lambda data, split: tuple(part[:15] for part in digits.read(data, split)))
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
