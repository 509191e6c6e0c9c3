import numpy as np
import pytest
import torch
from comparisons import gaussian, of_features
from scipy.special import softmax
from scipy.stats import entropy

from benchmark.metrics.inception_score import INCEPTION_SCORE


def test_of_certain_even_answers_is_the_number_of_classes():
    # 1000 certain answers, each class as often: the mean over splits falls short of 4 by their chance imbalance only.
    logits = 1000.0 * torch.eye(4, dtype=torch.float64).repeat(250, 1)
    found = INCEPTION_SCORE.function(of_features(logits, logits, logits))
    assert found["inception_score"] == pytest.approx(4, abs=0.1)


def test_of_undecided_answers_is_one():
    logits = torch.zeros(100, 4, dtype=torch.float64)
    found = INCEPTION_SCORE.function(of_features(logits, logits, logits))
    assert found == {"inception_score": pytest.approx(1), "inception_score_std": pytest.approx(0)}


def test_is_the_exponential_of_the_mean_divergence_over_ten_shuffled_splits():
    logits = 2 * gaussian(100, 5, 3)
    shuffled = softmax(logits.numpy(), axis=1)[np.random.RandomState(2020).permutation(100)]
    scores = [np.exp(entropy(part, part.mean(0, keepdims=True), axis=1).mean()) for part in np.split(shuffled, 10)]
    assert INCEPTION_SCORE.function(of_features(logits, logits, logits)) == {
        "inception_score": pytest.approx(np.mean(scores), rel=1e-9),
        "inception_score_std": pytest.approx(np.std(scores), rel=1e-9),
    }
