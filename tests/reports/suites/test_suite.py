import math
from dataclasses import replace

import pytest

from benchmark.errors import UserError
from reports.suites.suite import Suite, gather


def test_who_raced_on_all_data_sets_and_who_is_left_on_each(suite: Suite) -> None:
    assert [study.label for study in suite.studies] == ["digits", "triangles"]
    assert suite.variant_names == ["dcgan", "hinge", "wgan-gp", "lsgan"]
    assert suite.complete == ["dcgan", "hinge", "wgan-gp"]
    assert [study.contenders for study in suite.studies] == [("dcgan", "hinge"), ("hinge",)]
    assert suite.everywhere == ["hinge"]


def test_scores_are_shares_of_the_way_from_noise_to_real_images(suite: Suite) -> None:
    digits = suite.studies[0]
    assert (digits.noise, digits.floor) == (1000.0, 10.0)
    # From 1000 to 10: log10(1000 / score) of two decades; a run that diverged is at noise.
    expected = [math.log10(1000 / fid) / 2 for fid in (121.0, 127.0, 122.0, 126.0, 124.0)]
    assert digits.comparable["wgan-gp"].tolist() == pytest.approx([*expected, 0.0])
    assert [own.tolist() for own in suite.scores["hinge"]] == [
        study.comparable["hinge"].tolist() for study in suite.studies
    ]
    assert list(suite.scores) == suite.complete


def test_what_a_study_warns_of_goes_along(suite: Suite) -> None:
    assert suite.studies[0].warnings == ("wgan-gp: 1 of 6 final runs diverged.",)
    assert suite.studies[1].warnings == ()


def test_two_studies_of_one_data_set_are_two_columns(make_suite_study) -> None:
    studies = [make_suite_study("digits", {"dcgan": [40.0] * 6}, study_id=f"digits-{n}") for n in range(2)]
    assert [study.label for study in gather("x", studies).studies] == ["digits (digits-0)", "digits (digits-1)"]


def test_no_study_is_no_suite() -> None:
    with pytest.raises(UserError, match=r"^suite 'x': it has no study; a suite compares at least one$"):
        gather("x", [])


def test_the_same_study_twice_is_refused(two_studies) -> None:
    with pytest.raises(UserError, match=r"^suite 'x': study 'digits-0' is in it twice"):
        gather("x", [*two_studies, two_studies[0]])


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ({}, r"noise \(nan\) must be above that of real images \(nan\)"),
        ({"noise": {"fid": 1000.0}}, r"noise \(1000\) must be above that of real images \(nan\)"),
        ({"noise": {"fid": 10.0}, "floor": {"fid": 10.0}}, r"noise \(10\) must be above that of real images \(10\)"),
        ({"noise": {"fid": 9.0}, "floor": {"fid": 10.0}}, r"noise \(9\) must be above that of real images \(10\)"),
        ({"noise": {"fid": 9.0}, "floor": {"fid": 0.0}}, r"noise \(9\) must be above that of real images \(0\)"),
    ],
)
def test_without_a_way_from_noise_to_real_images_nothing_is_comparable(two_studies, ends, told: str) -> None:
    broken = replace(two_studies[1], baseline={"test": ends})
    with pytest.raises(UserError, match=rf"^study 'triangles-0': its FID of {told}"):
        gather("x", [two_studies[0], broken])
