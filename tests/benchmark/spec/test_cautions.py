"""What is said of scores before they are believed."""

from dataclasses import replace

import pytest

from benchmark.records import Protocol
from benchmark.spec import Score
from benchmark.spec.cautions import cautions, features_phrase, sizes_sentence

EARLIER = Protocol("digits", 8, "test", 450, 300, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")
SOUND = replace(
    EARLIER,
    kid_subset_size=200,
    features=64,
    foreign_extractor=False,
    extractor_resize="bilinear, to 8x8",
    real_sizes="8x8",
    real_resize="none",
    generated_sizes="8x8",
    generated_resize="none",
)


@pytest.mark.parametrize("protocol", [EARLIER, SOUND])
def test_nothing_is_said_of_sound_scores_and_of_records_that_do_not_tell(protocol: Protocol) -> None:
    assert cautions(protocol, Score()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"features": 300}, None),
        ({"features": 301}, "300 generated images are too few for 301 features: their covariance has not full rank"),
        ({"features": 451}, "300 generated and 450 real images are too few for 451 features"),
        ({"generated_images": 1000, "features": 451}, "450 real images are too few for 451 features"),
        ({"kid_subset_size": 199}, "KID's subsets have 199 images, not the 200 of score.kid_subset_size"),
        ({"kid_subset_size": None}, None),
        ({"foreign_extractor": True}, "The extractor digits-cnn was made for other data than digits."),
        (
            {"real_sizes": "64x64", "resolution": 64},
            "Real images of 64x64 and generated ones of 8x8 pixels are compared",
        ),
        ({"real_sizes": "64x64", "real_resize": "averaged"}, None),
        ({"generated_sizes": "64x64", "generated_resize": "averaged"}, None),
        ({"generated_sizes": "7x7"}, "Real images of 8x8 and generated ones of 7x7 pixels are compared"),
        ({"generated_sizes": None, "generated_resize": None}, None),
        ({"real_depth": "8 bits", "generated_depth": "floats, white is 1"}, None),
        ({"real_depth": "floats, white is 1", "generated_depth": None}, None),
        ({"real_depth": "floats, white is 1", "generated_depth": "floats, white is 1"}, None),
        (
            {"real_depth": "whole numbers, white is 255", "generated_depth": "floats, white is 1"},
            "Greys of real images (whole numbers, white is 255) and of generated ones (floats, white is 1) have a",
        ),
    ],
)
def test_what_makes_scores_mean_less(changes: dict[str, object], said: str | None) -> None:
    found = cautions(replace(SOUND, **changes), Score())  # type: ignore[arg-type]
    assert len(found) == (0 if said is None else 1)
    assert all(line.startswith(said or "") and "\n" not in line for line in found)


def test_few_images_are_no_matter_where_no_covariance_is_computed() -> None:
    few = replace(SOUND, features=1000)
    assert cautions(few, Score(metrics=("kid",), objective="kid")) == []
    assert len(cautions(few, Score(metrics=("kid",), objective="kid", final_metrics=("fid_infinity",)))) == 1
    (said,) = cautions(few, Score(metrics=("fd-dinov2",), objective="fd_dinov2"))
    assert "has not full rank, and FD-DINOv2 is biased upward" in said


def test_sizes_in_words() -> None:
    assert sizes_sentence(EARLIER) == ""
    resized = replace(SOUND, real_sizes="20x31 to 640x480", real_resize="averaged")
    assert sizes_sentence(resized) == (
        "real images of 20x31 to 640x480 pixels (averaged, to 8x8), generated images of 8x8 pixels, "
        "resized by the extractor: bilinear, to 8x8"
    )


def test_greys_of_more_bits_are_told_with_their_white() -> None:
    told = sizes_sentence(replace(SOUND, real_depth="floats, white is 1", generated_depth="8 bits"))
    assert told.startswith("real images of 8x8 pixels (floats, white is 1), generated images of 8x8 pixels, ")


def test_whose_features_are_compared() -> None:
    assert features_phrase(SOUND) == "features of digits-cnn (weights 0123456789abcdef)"
    # What SHA-256 makes of nothing.
    none = replace(SOUND, extractor="pixels", extractor_digest="e3b0c44298fc1c14")
    assert features_phrase(none) == "features of pixels (no network)"
