import math

import numpy as np
import pytest
import torch
from scipy.stats import entropy

from benchmark.scoring.ground_truth.mode_shares import reverse_divergence


def test_by_hand():
    # Shares 3/4 and 1/4 of two modes, of four.
    expected = 0.75 * math.log(0.75 * 4) + 0.25 * math.log(0.25 * 4)
    assert reverse_divergence(torch.tensor([30, 0, 10, 0])) == pytest.approx(expected)
    assert reverse_divergence(torch.tensor([7, 7, 7, 7])) == pytest.approx(0, abs=1e-12)
    assert reverse_divergence(torch.tensor([0, 0, 1])) == pytest.approx(math.log(3))


def test_equals_scipy():
    counts = np.random.RandomState(0).randint(0, 20, 50)
    assert reverse_divergence(torch.from_numpy(counts)) == pytest.approx(entropy(counts, np.ones(50)))


def test_even_samples_have_as_much_as_documented():
    draw = np.random.RandomState(0)
    found = [reverse_divergence(torch.from_numpy(draw.multinomial(10_000, [0.04] * 25))) for _ in range(200)]
    # Twice N times this is chi-squared of 24 degrees of freedom, whose variance is 48.
    assert np.mean(found) == pytest.approx(24 / 20_000, abs=4 * math.sqrt(48 / 200) / 20_000)


@pytest.mark.parametrize("modes", [5, 13, 18, 19])
def test_rounding_does_not_carry_it_below_zero(modes):
    """Equal shares of 5 modes gave -2e-16."""
    assert reverse_divergence(torch.full((modes,), 1000)) == 0
