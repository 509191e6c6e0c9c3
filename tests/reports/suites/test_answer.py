import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmark.spec import Final
from reports.suites.answer import SuiteAnswer, suite_answer
from reports.suites.standing import Standing, standing
from reports.suites.suite import Suite, gather

BY_DATA_SET = Mapping[str, Mapping[str, Sequence[float]]]
# About a tenth of a percent apart, so that close means are told apart.
SIX = [1.000, 1.001, 1.002, 0.999, 0.998, 1.000]


def times(*fids: float) -> dict[str, list[float]]:
    return dict(zip(("dcgan", "hinge", "lsgan"), ([fid * each for each in SIX] for fid in fids), strict=False))


@pytest.fixture
def said(make_suite_study):
    """The answer to made scores by data set and variant."""

    def say(scores: BY_DATA_SET, **options: object) -> SuiteAnswer:
        suite = gather("x", [make_suite_study(name, own, **options) for name, own in scores.items()])
        return suite_answer(suite, standing(suite))

    return say


def test_one_contender_everywhere_is_the_answer(suite: Suite, stands: Standing) -> None:
    found = suite_answer(suite, stands)
    assert found.answer == "Use hinge: of 3 variants raced on both data sets it alone is a contender on each"
    assert found.details[0].startswith(
        "This answers for the settings that each study's search found, with its budget, on digits and triangles."
    )
    # Two races that may each be wrong once in twenty times.
    assert found.details[1].startswith(
        "If one variant is the best on both data sets, it is hinge, with at least 90 % confidence"
    )
    assert found.warnings == (
        "digits: wgan-gp: 1 of 6 final runs diverged.",
        "lsgan did not race on both data sets, and is left out of what is over all.",
    )


def test_who_is_best_over_all_stands_beside_who_is_next(suite: Suite, stands: Standing) -> None:
    detail = suite_answer(suite, stands).details[2]
    found = re.findall(r"\d\.\d+", detail)
    values = stands.variants.set_index("variant")
    ends = ["interquartile_mean", "interquartile_mean_low", "interquartile_mean_high"]
    expected = [f"{values.loc[name, end]:.3f}" for name in ("hinge", "dcgan") for end in ends]
    over = stands.improvement.set_index("over").loc["dcgan"]
    expected += [f"{over[name]:.2f}" for name in ("probability", "low", "high")]
    assert found == expected
    assert "Next is dcgan" in detail


def test_several_contenders_everywhere(said) -> None:
    many = {
        "dcgan": [40.0, 44, 42, 41, 43, 42],
        "hinge": [41.0, 43, 42, 40, 44, 42],
        "lsgan": [200.0, 201, 202, 199, 200, 198],
    }
    found = said({"digits": many, "mnist": many, "triangles": many})
    assert found.answer in (
        "Use one of dcgan and hinge: of 3 variants raced on all 3 data sets these 2 are contenders on each",
        "Use one of hinge and dcgan: of 3 variants raced on all 3 data sets these 2 are contenders on each",
    )
    assert "it is one of these, with at least 85 % confidence" in found.details[1]


def test_the_contenders_everywhere_are_named_best_first(said) -> None:
    one = {"hinge": [44.0, 40.0, 42.0], "dcgan": [43.0, 39.0, 41.0]}
    three = Final(seeds=3, most_seeds=3)
    assert said({"digits": one, "mnist": one}, final=three).answer == (
        "Use one of dcgan and hinge: none of 2 variants raced on both data sets was found worse than another on any"
    )


def test_where_nobody_is_everywhere_the_best_over_all_is_said_with_how_sure_that_is(said) -> None:
    # hinge is close behind on digits, and far ahead on triangles.
    found = said({"digits": times(40.0, 44.0, 80.0), "triangles": times(90.0, 40.0, 80.0)})
    assert re.fullmatch(
        r"Use hinge, the best over all: none of 3 variants is a contender on both data sets, but hinge has the highest "
        r"interquartile mean, 0\.\d{3} \(95 % interval 0\.\d{3} to 0\.\d{3}\), "
        r"and has it in more than 99 % of what other seeds might have given",
        found.answer,
    )
    assert "confidence" not in " ".join(found.details)
    assert found.details[-1] == "hinge and dcgan are contenders on most, 1 of 2 data sets."


def test_where_the_draws_do_not_agree_nobody_stands_out(make_suite_study) -> None:
    suite = gather("x", [make_suite_study(name, own) for name, own in
                         {"digits": times(40.0, 60.0), "triangles": times(60.0, 40.0)}.items()])  # fmt: skip
    stands = standing(suite)
    # Both have the same scores, one the other way round; only the draws differ.
    share = stands.variants["highest"].max()
    assert 0.4 < share < 0.8
    found = suite_answer(suite, stands).answer
    assert found.startswith("No variant stands out: none of 2 variants is a contender on both data sets; ")
    assert found.endswith(f"but has it in only {100 * share:.0f} % of what other seeds might have given")


def test_single_runs_give_no_confidence(said) -> None:
    one = Final(seeds=1, most_seeds=1)
    found = said({"digits": {"dcgan": [40.0], "hinge": [60.0]}}, final=one)
    assert found.answer.startswith(
        "No variant stands out: none of 2 variants is a contender on the one data set; dcgan"
    )
    assert found.answer.endswith("but a single run on a data set gives no confidence")


def test_one_variant_alone_has_nothing_to_stand_against(said) -> None:
    assert said({"digits": times(40.0), "mnist": times(50.0)}).answer == (
        "Only dcgan raced on both data sets, so nothing tells how it stands among others"
    )


def test_as_long_as_a_race_goes_on_nothing_is_settled(make_suite_study, two_studies) -> None:
    # Neither told apart nor shown to be equal after the first six of 24 seeds.
    close = {"dcgan": [30.0, 55, 42, 61, 38, 47], "hinge": [33.0, 58, 40, 52, 45, 36]}
    more = make_suite_study("mnist", close, final=Final(seeds=6, most_seeds=24))
    suite = gather("x", [*two_studies, more])
    found = suite_answer(suite, standing(suite))
    assert found.answer == "Nothing is settled yet: mnist is still racing; hinge is so far left on each"
    assert not any("confidence" in detail for detail in found.details)


def test_nothing_can_be_said_where_no_variant_is_on_all_data_sets(said) -> None:
    found = said({"digits": {"dcgan": [40.0] * 6}, "mnist": {"hinge": [40.0] * 6}})
    assert found.answer == "Nothing can be said yet: no variant has final runs on both data sets"


def test_two_protocols_of_one_data_set_are_never_mixed_without_a_word(make_suite_study) -> None:
    one, other = (make_suite_study("digits", times(40.0, 60.0), study_id=f"digits-{n}") for n in range(2))
    finer = replace(other, protocols={"final": replace(other.protocols["final"], resolution=32)})
    told = [
        suite_answer(suite, standing(suite)).warnings[0]
        for suite in (gather("x", [one, finer]), gather("x", [one, other]))
    ]
    end = "digits-0 and digits-1. Each is a column of its own, and counts as a data set."
    assert told == [
        f"digits is in it twice, under different protocols (resolution 8 and 32): {end}",
        f"digits is in it twice, under one protocol, with settings of their own: {end}",
    ]


@pytest.mark.parametrize(
    ("device", "is_said"),
    [
        ("x86_64 CPU, 2 cores", False),
        ("NVIDIA H200", False),
        ("", False),
        ("x86_64 CPU, 2 cores, x86_64 CPU, 8 cores", True),
        ("x86_64 CPU, 1 core, NVIDIA H200", True),
    ],
)
def test_several_devices_are_said(two_studies, device: str, is_said: bool) -> None:
    suite = gather("x", [replace(two_studies[1], environment={"device": device})])
    told = suite_answer(suite, standing(suite)).warnings
    assert told == ("Runs on triangles were made on several devices, so that their times may not compare.",) * is_said


def test_few_runs_are_said(make_suite_study) -> None:
    three = Final(seeds=3, most_seeds=3)
    study = make_suite_study("digits", {name: own[:3] for name, own in times(40.0, 60.0).items()}, final=three)
    suite = gather("x", [study])
    (few,) = suite_answer(suite, standing(suite)).warnings
    assert few.startswith("Some variants have 3 runs on a data set: bands from so few are too narrow")


def test_different_scores_are_said(make_suite_study, two_studies) -> None:
    study = two_studies[1]
    score = study.spec.score.model_copy(update={"objective": "manifold_error", "metrics": ("manifold_error",)})
    rng = np.random.default_rng(0)
    other = replace(
        study,
        spec=study.spec.model_copy(update={"score": score}),
        runs=study.runs.assign(manifold_error=rng.uniform(0.1, 0.2, len(study.runs))),
        baseline={"test": {"noise": {"manifold_error": 2.0}, "floor": {"manifold_error": 0.0}}},
    )
    assert other.ranked_by == "manifold_error"
    suite = gather("x", [two_studies[0], other])
    # Scores that may be zero lie on a scale of differences.
    own = other.runs.loc[other.runs["variant"] == "dcgan", "manifold_error"]
    assert suite.studies[1].comparable["dcgan"].tolist() == pytest.approx([(2.0 - score) / 2.0 for score in own])
    told = suite_answer(suite, standing(suite)).warnings
    assert "Variants are ranked by different scores: fid on digits and manifold_error on triangles." in told
    assert not math.isnan(standing(suite).variants["interquartile_mean"].iloc[0])
