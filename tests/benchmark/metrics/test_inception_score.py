import pytest
import torch
from comparisons import of_features

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
