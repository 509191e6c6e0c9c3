from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmark.agreement import Agreement, CrossCheck
from benchmark.records import TrialRecord
from reports.records.load import StudyRecords
from reports.text.protocol import protocol_sentences


def test_everything_that_a_score_depends_on_is_said(records: StudyRecords) -> None:
    text = " ".join(protocol_sentences(records))
    said = ["test split of digits", "449 real against 449 generated", "digits-cnn", "0123456789abcdef", "0.4.0"]
    said += [
        "accumulated",
        "6 fresh seeds",
        "batch size 64",
        "3 trials a variant",
        "lowest FID on the validation split",
    ]
    assert [phrase for phrase in said if phrase not in text] == []


@pytest.mark.parametrize(
    ("averaging", "said"),
    [
        ("recipe", "averaged weights: sampled where the variant has them. Scores under"),
        ("off", "averaged weights: never sampled. Scores under"),
    ],
)
def test_it_says_whether_averaged_weights_were_sampled(averaging: str, said: str, records: StudyRecords) -> None:
    protocol = replace(records.protocols["final"], averaging=averaging)
    asked = replace(records, protocols=records.protocols | {"final": protocol})
    assert said in " ".join(protocol_sentences(asked))


def test_before_final_runs_it_says_so(
    make_record: Callable[..., TrialRecord], in_memory: Callable[[list[TrialRecord]], StudyRecords]
) -> None:
    sentences = protocol_sentences(in_memory([make_record("dcgan", "trial", 0, 50.0)]))
    assert sentences[-1] == "Final runs (3 fresh seeds a variant) have not been scored yet."


def test_it_says_how_far_another_library_agrees_where_one_was_asked(records: StudyRecords) -> None:
    assert not any("torchmetrics" in sentence for sentence in protocol_sentences(records))
    check = CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(1.0, 1.0 + 3e-9)})
    said = "From the same features of real images, torchmetrics 1.9.0 agrees: FID to 3e-9."
    assert said in protocol_sentences(replace(records, cross_check=check))


def test_it_says_what_scores_rest_on_where_the_record_does(records: StudyRecords) -> None:
    protocol = replace(
        records.protocols["final"],
        kid_subset_size=150,
        batch_norm_batches=16,
        batch_norm_batch_size="paper",
        extractor_resize="bilinear, to 8x8",
        real_sizes="20x31 to 640x480",
        real_resize="centre square",
        generated_sizes="8x8",
        generated_resize="none",
    )
    text = " ".join(protocol_sentences(replace(records, protocols={"final": protocol})))
    for said in (
        "Real images of 20x31 to 640x480 pixels (centre square, to 8x8), generated images of 8x8 pixels, resized by",
        "torch-fidelity 0.4.0, KID over subsets of 150 images, batch norm statistics of the generator: accumulated "
        "over 16 batches of the size in its paper, averaged weights",
    ):
        assert said in text
    plain = replace(protocol, batch_norm_batch_size=32)
    assert "over 16 batches of 32, averaged" in " ".join(
        protocol_sentences(replace(records, protocols={"final": plain}))
    )


@pytest.mark.parametrize(
    ("trained", "said"),
    [
        ("train", "floor is the score of other real images and noise"),
        ("train+validation", "floor is the score of other real images and noise"),
        ("all", "floor is the score of real images, some of them those that are compared with and noise"),
        ("test", "floor is the score of real images, some of them those that are compared with and noise"),
    ],
)
def test_it_says_where_the_floor_is_drawn_from_what_it_is_compared_with(
    trained: str, said: str, records: StudyRecords
) -> None:
    """Runs that were trained on what they are scored against have a floor of such images, too."""
    spec = records.spec.model_copy(update={"train_split": trained})
    assert said in " ".join(protocol_sentences(replace(records, spec=spec)))
