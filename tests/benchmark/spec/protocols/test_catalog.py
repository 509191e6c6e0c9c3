from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.scoring.extractors.catalog import EXTRACTORS
from benchmark.spec import Spec, load_spec, spec_of
from benchmark.spec.protocols.catalog import find_protocol, known_protocols, merged, with_protocol

STUDIES = Path(__file__).parents[4] / "studies"


def spec(protocol, dataset, *overrides, **values):
    return spec_of({"name": "s", "dataset": dataset, "protocol": protocol} | values, overrides, "here")


def test_names():
    assert list(known_protocols()) == ["kurach2019", "lucic2018", "mimicry", "quick"]
    with pytest.raises(UserError, match=r"unknown protocol 'lucic': did you mean 'lucic2018'\?"):
        find_protocol("lucic")


def test_a_spec_without_one_stays_as_it_is():
    assert with_protocol({"name": "s"}) == {"name": "s"}


def test_lucic2018_as_in_the_paper():
    """Section 5 and appendix of arXiv:1711.10337, as facts noted from its code."""
    study = spec("lucic2018", "mnist")
    assert (study.budget.trials, study.final.most_seeds, study.budget.discriminator_steps) == (100, 50, 15_625)
    assert spec("lucic2018", "cifar10").budget.discriminator_steps == 78_125
    assert spec("lucic2018", "celeba").budget.discriminator_steps == 101_250
    assert (study.score.images, study.score.extractor, study.score.final_split) == (
        10_000,
        "inception-v3-compat",
        "test",
    )
    assert (study.sampler.kind, study.sampler.same_learning_rates, study.pruner.percentile) == ("random", True, 100)
    ranges = study.search.ranges("wgan-lucic")
    assert (ranges["lr_generator"].low, ranges["lr_generator"].high, ranges["lr_generator"].log) == (1e-5, 1e-2, True)
    assert ranges["n_critic"].choices == (1, 5)
    assert (ranges["clip"].low, ranges["clip"].high) == (1e-3, 1.0)
    assert (ranges["penalty_weight"].low, ranges["penalty_weight"].high) == (0.1, 100)
    assert study.variants == ("lucic2018",)


def test_mimicry_scores_what_it_trained_on():
    study = spec("mimicry", "cifar10")
    assert study.train_split == study.score.final_split == study.score.search_split == "train+validation"
    assert study.score.images == 50_000


def test_a_data_set_may_have_values_of_its_own():
    study = spec("lucic2018", "triangles")
    assert (study.score.extractor, study.score.objective, study.score.images) == ("pixels", "manifold_error", 1024)
    assert study.score.final_split == "test"


@pytest.mark.parametrize("protocol", known_protocols())
@pytest.mark.parametrize("dataset", ["digits", "mnist", "cifar10", "triangles", "folder:photos"])
def test_what_is_scored_goes_with_the_extractor(protocol, dataset):
    study = spec(protocol, dataset)
    assert EXTRACTORS[study.score.extractor].logits or "inception_score" not in study.score.metrics


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("score.images=500", "here: score.images = 500: protocol 'lucic2018' has 10000; leave out one of the two"),
        ("score.final_split=validation", "score.final_split = 'validation': protocol 'lucic2018' has 'test'"),
        ("train_split=train+validation", r"train_split = 'train\+validation': protocol 'lucic2018' has 'train'"),
    ],
)
def test_what_a_protocol_decides_cannot_be_changed(override, message):
    with pytest.raises(UserError, match=message):
        spec("lucic2018", "mnist", override)


def test_what_is_usual_can():
    study = spec("lucic2018", "mnist", "budget.trials=3", "search.n_critic.choices=[2]")
    assert study.budget.trials == 3
    assert (study.final.seeds, study.final.most_seeds) == (50, 50)
    assert study.search.ranges("wgan-lucic")["n_critic"].choices == (2,)
    assert study.protocol == "lucic2018"


def test_a_range_replaces_a_range_whole():
    ours = {"search": {"beta1": {"choices": [0.5]}, "clip": {"low": 1.0, "high": 2.0}}}
    theirs = {"search": {"beta1": {"low": 0.0, "high": 0.9}, "clip": {"choices": [3.0]}, "n_critic": {"choices": [1]}}}
    assert merged(ours, theirs) == {"search": ours["search"] | {"n_critic": {"choices": [1]}}}


def test_merging_changes_no_layer():
    ours, theirs = {"a": {"b": 1}}, {"a": {"c": [2]}}
    merged(ours, theirs)["a"]["c"].append(3)
    assert (ours, theirs) == ({"a": {"b": 1}}, {"a": {"c": [2]}})


def test_a_share_of_a_study():
    whole, share = spec("lucic2018", "triangles"), spec("lucic2018", "triangles", "scale=0.01")
    assert (share.budget.trials, share.budget.discriminator_steps, share.final.seeds) == (1, 156, 2)
    assert share.budget.rungs == (156,)
    assert share.score.images == 64
    assert (whole.protocol, share.protocol) == ("lucic2018", "")
    assert whole.study_id != share.study_id


@pytest.mark.parametrize("scale", [0, 1.5, -1, '"much"'])
def test_shares_that_make_no_sense(scale):
    with pytest.raises(UserError, match=r"here: scale = .*: must be a number above 0 and at most 1"):
        spec("lucic2018", "mnist", f"scale={scale}")


@pytest.mark.parametrize("file", sorted(STUDIES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_study_of_the_repository_is_valid_without_its_data(file):
    study = load_spec(file.stem, STUDIES)
    assert study.name == file.stem
    assert Spec.model_validate_json(study.model_dump_json()) == study
