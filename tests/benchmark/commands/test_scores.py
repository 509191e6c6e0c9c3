"""Scores by name, and what is said of them."""

from dataclasses import replace

import pytest

from benchmark.commands.scores import Scores, called, sentence_of
from benchmark.records import Protocol

PROTOCOL = Protocol("digits", 8, "test", 450, 300, "digits-cnn", "0123456789abcdef", "accumulated", "0.4.0")


def test_they_are_a_dictionary_that_says_what_it_means() -> None:
    scores = Scores({"fid": 1.25, "recall": 0.5}, PROTOCOL, ("few images",))
    assert scores == {"fid": 1.25, "recall": 0.5}
    assert scores == {"fid": 1.25, "recall": 0.5}
    assert (scores["fid"], [*scores], len(scores)) == (1.25, ["fid", "recall"], 2)
    assert scores.frame.values.tolist() == [["fid", "FID", 1.25, "lower"], ["recall", "Recall", 0.5, "higher"]]
    assert scores.sentence == sentence_of(PROTOCOL)
    assert repr(scores) == f"<fid = 1.25, recall = 0.5; {scores.sentence}; few images>"
    with pytest.raises(TypeError):
        scores["fid"] = 0.0  # type: ignore[index]


def test_the_sentence_names_numbers_data_and_whose_features() -> None:
    assert sentence_of(PROTOCOL) == (
        "300 images against 450 of the data set digits (test); ; features of digits-cnn (weights 0123456789abcdef), "
        "torch-fidelity 0.4.0"
    )
    of_statistics = replace(PROTOCOL, real_images=0, dataset="file:stats.npz", kid_subset_size=20, name="quick")
    assert sentence_of(of_statistics).startswith(
        "300 images against the statistics in the file stats.npz under protocol quick; "
    )
    assert ", KID's subsets of 20, " in sentence_of(of_statistics)


def test_a_folder_is_not_called_as_the_data_set_of_its_name() -> None:
    assert called("digits") == "the data set digits"
    assert called("folder:digits") == "the folder digits, not the data set of that name"
    assert called("folder:mine") == "the folder mine"
