import pytest
import torch

from benchmark.datasets.catalog import LabelledImages
from benchmark.errors import UserError
from benchmark.metrics.metric import Need
from benchmark.scoring.extractors.catalog import find_extractor
from benchmark.scoring.needs import PROBLEMS, AtHand, asked_for, check_extractor, check_needs, check_number_of_images
from benchmark.spec import Score

IMAGES = torch.zeros(20, 1, 8, 8, dtype=torch.uint8)


def given(dataset="digits", extractor="digits-cnn", classes=10, train=IMAGES):
    real = LabelledImages(IMAGES, torch.zeros(20, dtype=torch.int64), classes)
    return AtHand(dataset, find_extractor(extractor), real, train)


def settings(*metrics: str, final: tuple[str, ...] = (), **others) -> Score:
    return Score(metrics=("fid", *metrics), final_metrics=final, **others)


def test_every_need_can_be_told():
    assert PROBLEMS.keys() == set(Need)


def test_what_is_at_hand_is_no_problem():
    every = settings("inception_score", "class_coverage", "memorisation", "known_truth")
    check_needs(every, given("gaussians-ring"))
    check_needs(settings("cmmd"), given(extractor="clip-vit-l-14-336px"))


@pytest.mark.parametrize(
    ("asked", "lacking", "told"),
    [
        (
            settings("inception_score"),
            {"extractor": "pixels"},
            "metric 'inception_score': extractor 'pixels' is no classifier; leave it out of score.metrics",
        ),
        (
            settings(final=("class_coverage",)),
            {"classes": 1},
            "metric 'class_coverage': dataset 'digits' has no classes; leave it out of score.final_metrics",
        ),
        (
            settings(final=("memorisation",)),
            {"train": None},
            "metric 'memorisation': it is not known what was trained on, unless a data set is named; "
            "leave it out of score.final_metrics",
        ),
        (
            settings("cmmd"),
            {},
            "metric 'cmmd': it is of extractor 'clip-vit-l-14-336px' alone, not of 'digits-cnn'; "
            "leave it out of score.metrics",
        ),
        (
            settings("known_truth"),
            {},
            "metric 'known_truth': nothing is known about dataset 'digits'; leave it out of score.metrics",
        ),
        (
            settings("inception_score", final=("class_coverage", "memorisation")),
            {"extractor": "pixels", "classes": 1},
            "metric 'inception_score': extractor 'pixels' is no classifier; leave it out of score.metrics; "
            "metric 'class_coverage': dataset 'digits' has no classes; leave it out of score.final_metrics",
        ),
    ],
    ids=lambda value: next(iter(value), "") if isinstance(value, dict) else "",
)
def test_what_is_lacking_is_told_with_the_key_of_the_metric(asked, lacking, told):
    with pytest.raises(UserError) as raised:
        check_needs(asked, given(**lacking))
    assert str(raised.value) == told


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (settings("kid"), "as in --set score.extractor=pixels, or insist: "),
        (
            settings("inception_score", "kid"),
            "as in --set score.extractor=pixels --set score.metrics=fid,kid (inception_score would need a classifier), "
            "or insist: ",
        ),
    ],
)
def test_another_extractor_is_named_with_the_metrics_that_go_with_it(asked, said):
    with pytest.raises(UserError) as raised:
        check_extractor(asked, "gaussians-ring")
    assert said in str(raised.value)
    check_extractor(asked, "digits")
    check_extractor(asked.model_copy(update={"foreign_extractor": True}), "gaussians-ring")


def test_too_few_images_are_told():
    check_number_of_images(settings(final=("fid_infinity",), images=260), 64)
    with pytest.raises(UserError) as raised:
        check_number_of_images(settings(final=("fid_infinity",), images=259), 64)
    told = "metric 'fid_infinity': 64 features of digits-cnn need score.images of 260 or more, not 259"
    assert str(raised.value) == told


def test_metrics_stand_under_their_keys():
    asked = [(key, metric.name) for key, metric in asked_for(settings("kid", final=("density_coverage",)))]
    assert asked == [("score.metrics", "fid"), ("score.metrics", "kid"), ("score.final_metrics", "density_coverage")]
