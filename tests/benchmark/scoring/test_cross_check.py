import subprocess
import sys
import warnings
from dataclasses import replace

import pytest
import torch
from comparisons import gaussian, of_features, of_images

from benchmark.agreement import CrossCheck
from benchmark.datasets.draw import drawn
from benchmark.metrics.fid import FID
from benchmark.metrics.kid import KID
from benchmark.scoring import cross_check as module
from benchmark.scoring.cross_check import cross_check
from benchmark.scoring.extractors.catalog import load_extractor


@pytest.fixture
def comparison(digits_cnn, test_images, generated):
    return of_images(digits_cnn, generated, test_images, kid_subset_size=300)


def test_both_libraries_agree_on_digits(comparison):
    check = cross_check(comparison)
    assert check.library.startswith("torchmetrics 1.")
    assert list(check.scores) == ["fid", "kid", "inception_score"]
    assert check.agrees
    assert check.scores["fid"].difference < 1e-6
    assert check.scores["kid"].difference < 1e-9
    assert check.scores["inception_score"].difference < 1e-12


def test_ours_is_what_is_reported(comparison):
    check = cross_check(comparison)
    assert check.scores["fid"].ours == FID.function(comparison)["fid"]
    # One pair of subsets: as many real ones as there are generated, drawn by class.
    pooled = comparison.real.features.pooled[drawn(comparison.real.labels, 300)]
    first = replace(comparison, real=of_features(comparison.generated, pooled).real)
    assert check.scores["kid"].ours == pytest.approx(KID.function(first)["kid"], rel=1e-9)


def test_theirs_sees_the_features_it_is_given():
    """A shift of length 5 has a FID of 25, and five certain even answers an inception score of 5, by both."""
    real = gaussian(400, 3, 0)
    logits = 1000.0 * torch.eye(5, dtype=torch.float64).repeat(80, 1)
    shifted = real + torch.tensor([3.0, 4.0, 0.0], dtype=torch.float64)
    check = cross_check(of_features(shifted, real, logits))
    assert check.scores["fid"].theirs == pytest.approx(25, rel=1e-9)
    assert check.scores["inception_score"].theirs == pytest.approx(5, rel=1e-9)


@pytest.mark.parametrize(("count", "features", "scale"), [(400, 3, 1), (20, 64, 1), (100, 512, 30), (400, 64, 1000)])
def test_sets_that_are_the_same_agree_within_rounding(count, features, scale):
    """Their FID is zero but for rounding, of which the traces say how large it may be, with few images too."""
    real = scale * gaussian(count, features, 0)
    check = cross_check(of_features(real, real))
    assert check.agrees
    said = check.scores["fid"].sentence()
    assert said == "exactly" or said.endswith(", which is rounding")
    traces = 2 * torch.cov(real.T).trace().item()
    assert check.scores["fid"].rounding == pytest.approx(8 * 2.0**-26 * traces)  # the root of 2 ** -52


def test_a_fid_near_zero_that_is_another_is_found_out(monkeypatch):
    """Of some hundred images with 3 features: rounding is 1e-6, and this is more."""
    real = gaussian(400, 3, 0)
    monkeypatch.setattr(module, "FID", replace(FID, function=lambda _: {"fid": 1e-5}))
    check = cross_check(of_features(real, real))
    assert not check.agrees
    assert check.sentence().startswith(f"{check.library} differs: FID is 1e-05 here and ")


def test_a_library_that_computes_something_else_is_found_out(comparison, monkeypatch):
    wrong = replace(FID, function=lambda given: {"fid": 1.01 * FID.function(given)["fid"]})
    monkeypatch.setattr(module, "FID", wrong)
    check = cross_check(comparison)
    assert not check.agrees
    assert check.scores["fid"].difference == pytest.approx(0.01 / 1.01, rel=1e-3)


def test_an_extractor_without_logits_has_no_inception_score(tmp_path, test_images, generated):
    pixels = load_extractor("pixels", tmp_path, torch.device("cpu"))
    check = cross_check(of_images(pixels, generated, test_images))
    assert list(check.scores) == ["fid", "kid"]
    assert check.agrees


def test_many_images_are_compared_in_part_by_kid(monkeypatch):
    monkeypatch.setattr(module, "MOST_IMAGES", 50)
    real, fake = gaussian(120, 4, 1), gaussian(90, 4, 2)
    check = cross_check(of_features(fake, real))
    drawn_by_chance = [each[drawn(torch.zeros(len(each)), 50)] for each in (fake, real)]
    assert check.scores["kid"] == cross_check(of_features(*drawn_by_chance)).scores["kid"]


def test_repeats_itself_says_nothing_and_leaves_random_state_alone(comparison):
    before = torch.random.get_rng_state()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = cross_check(comparison)
    torch.rand(3)
    between = torch.random.get_rng_state()
    assert cross_check(comparison) == first
    assert torch.equal(torch.random.get_rng_state(), between)
    assert not torch.equal(before, between)
    assert CrossCheck.from_json(first.to_json()) == first


@pytest.mark.long
def test_torchmetrics_is_imported_when_it_is_asked():
    code = (
        "import sys, benchmark.scoring.cross_check, benchmark.scoring.scorer, benchmark.workers.trial_runner;"
        "sys.exit('torchmetrics.image.fid' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
