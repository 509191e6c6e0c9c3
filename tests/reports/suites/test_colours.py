from dataclasses import replace

from reports.figures.palette import GREY, colours
from reports.suites.colours import shown, suite_colours, suite_families, suite_legend
from reports.suites.standing import Standing, standing
from reports.suites.suite import Suite, gather


def test_families_are_those_of_whichever_study_tells_them(two_studies) -> None:
    silent = replace(two_studies[0], variants={"lsgan": {"loss": "least-squares"}})
    found = suite_families(gather("x", [silent, two_studies[1]]))
    assert found == {
        "dcgan": "cross-entropy",
        "hinge": "hinge",
        "wgan-gp": "cross-entropy",
        "lsgan": "least squares",
    }


def test_those_shown_have_the_colour_of_their_family_and_others_are_grey(suite: Suite, stands: Standing) -> None:
    assert shown(stands) == ["hinge", "dcgan", "wgan-gp"]
    found = suite_colours(suite, stands)
    assert found["hinge"] == colours({"hinge": "hinge"})["hinge"]
    assert found["dcgan"] == found["wgan-gp"] == colours({"dcgan": "cross-entropy"})["dcgan"]
    assert found["lsgan"] == GREY
    assert list(suite_legend(suite, stands)) == ["cross-entropy", "hinge"]


def test_at_most_six_are_shown(make_suite_study) -> None:
    scores = {f"variant-{n}": [40.0 + n] * 6 for n in range(8)}
    suite = gather("x", [make_suite_study("digits", scores)])
    stands = standing(suite)
    assert shown(stands) == [f"variant-{n}" for n in range(6)]
    found = suite_colours(suite, stands)
    assert [name for name, colour in found.items() if colour == GREY] == ["variant-6", "variant-7"]
