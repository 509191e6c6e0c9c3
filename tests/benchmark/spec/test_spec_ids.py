"""The hash that names a study: what changes it, and what a study may go on with."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from written_specs import FULL, MINIMAL, load

from benchmark.spec import (
    Budget,
    CohortSettings,
    Final,
    PrunerSettings,
    SamplerSettings,
    Score,
    Spec,
    load_spec,
)
from benchmark.spec.spec import OPEN_TO_CHANGE


def test_study_id_is_the_name_and_eight_hex_digits(tmp_path: Path) -> None:
    assert re.fullmatch(r"digits-[0-9a-f]{8}", load(tmp_path, FULL).study_id)


def test_study_id_does_not_change_with_the_order_of_keys(tmp_path: Path) -> None:
    tables = FULL.strip().split("\n\n")
    head = "\n".join(reversed(tables[0].splitlines()))
    turned = "\n\n".join([head, *reversed(tables[1:])])
    assert turned != FULL.strip()
    assert load(tmp_path, turned).study_id == load(tmp_path, FULL).study_id


def test_study_id_does_not_change_with_spelled_out_defaults_and_whole_numbers(tmp_path: Path) -> None:
    plain = load(tmp_path, MINIMAL, "search.n_critic.choices=[1, 5]").study_id
    assert load(tmp_path, MINIMAL, "search.n_critic.choices=[1.0, 5.0]", "budget.trials=8").study_id == plain
    assert load(tmp_path, MINIMAL, "search.n_critic.choices=[1, 5]", "budget.rungs=[1000]").study_id == plain


@pytest.mark.parametrize("variants", ['["all"]', '["wgan"]', '["wgan", "dcgan"]'])
def test_study_id_does_not_change_with_the_variants(tmp_path: Path, variants: str) -> None:
    assert load(tmp_path, FULL, f"variants={variants}").study_id == load(tmp_path, FULL).study_id


@pytest.mark.parametrize("change", ["seeds=8", "most_seeds=50", "error=0.1", "margin=1.2"])
def test_study_id_does_not_change_with_the_rules_of_the_race(change: str, tmp_path: Path) -> None:
    assert load(tmp_path, FULL, f"final.{change}").study_id == load(tmp_path, FULL).study_id


def test_study_id_does_not_change_with_a_permission(tmp_path: Path) -> None:
    allowed = load(tmp_path, FULL, "score.foreign_extractor=true")
    assert allowed.score.foreign_extractor
    assert allowed.study_id == load(tmp_path, FULL).study_id


# One other value for every key that decides a result.
CHANGES = [
    "name=other",
    "dataset=fashion",
    "seed=8",
    "resolution=16",
    "train_split=all",
    "scale=0.5",
    "budget.trials=17",
    "budget.discriminator_steps=2001",
    "budget.batch_size=32",
    "budget.rungs=[250]",
    "cohort.size=5",
    "cohort.method=looped",
    "cohort.precision=tf32",
    "cohort.gradients=compiled",
    "search.lr_generator.low=1e-6",
    "search.lr_generator.high=0.1",
    "search.lr_generator.log=false",
    "search.n_critic.choices=[1, 2]",
    "search.beta1.choices=[0.5]",
    "search.wgan.n_critic.choices=[2]",
    "search.dcgan.n_critic.choices=[5]",
    "search.mlp+hinge+r1.penalty_weight.choices=[5]",
    "sampler.kind=random",
    "sampler.same_learning_rates=true",
    "pruner.percentile=25",
    "pruner.startup_trials=5",
    "final.images=2000",
    "final.candidates=3",
    "final.candidate_seeds=2",
    'final.settings=["found", "paper"]',
    "score.extractor=inception-v3-compat",
    "score.images=501",
    'score.metrics=["fid", "kid", "inception_score"]',
    'score.final_metrics=["density_coverage"]',
    "score.objective=fid",
    "score.search_split=train",
    "score.final_split=validation",
    "score.batch_norm=running",
    "score.batch_norm_batches=17",
    "score.averaging=off",
    "score.kid_subset_size=100",
]


@pytest.mark.parametrize("change", CHANGES)
def test_study_id_changes_with_everything_else(tmp_path: Path, change: str) -> None:
    assert load(tmp_path, FULL, change).study_id.split("-")[-1] != load(tmp_path, FULL).study_id.split("-")[-1]


def test_a_study_of_before_compiled_gradients_has_the_id_that_it_had(tmp_path: Path) -> None:
    spec = load(tmp_path, FULL)
    decisive = spec.model_dump(mode="json", exclude=OPEN_TO_CHANGE)
    del decisive["cohort"]["gradients"]
    digest = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
    assert spec.study_id == f"digits-{digest[:8]}"


def test_a_study_goes_on_with_more_searches_and_has_the_id_of_before_there_were_any(tmp_path: Path) -> None:
    spec = load(tmp_path, FULL)
    decisive = spec.model_dump(mode="json", exclude=OPEN_TO_CHANGE)
    assert "searches" not in decisive["budget"]
    assert load(tmp_path, FULL, "budget.searches=5").study_id == spec.study_id


def test_no_key_is_left_out_of_the_changes() -> None:
    sections = {
        "budget": Budget,
        "cohort": CohortSettings,
        "sampler": SamplerSettings,
        "pruner": PrunerSettings,
        "final": Final,
        "score": Score,
    }
    keys = {f"{name}.{key}" for name, section in sections.items() for key in section.model_fields}
    # A protocol changes many keys: tests/benchmark/spec/protocols/.
    keys |= Spec.model_fields.keys() - {"variants", "search", "protocol", *sections}
    open_to_change = {
        "budget.searches",
        "final.seeds",
        "final.most_seeds",
        "final.error",
        "final.margin",
        "score.foreign_extractor",
    }
    assert keys - open_to_change <= {change.split("=")[0] for change in CHANGES}


def test_study_ids_are_what_they_were() -> None:
    """Of studies that people have run: a change here would leave them behind."""
    folder = Path(__file__).parents[3] / "studies"
    names = ("cifar10", "fashion-mnist", "lucic2018-triangles", "kurach2019-cifar10", "smoke")
    assert [load_spec(name, folder).study_id for name in names] == [
        "cifar10-ef9b7606",
        "fashion-mnist-f363e27c",
        "lucic2018-triangles-fec80b83",
        "kurach2019-cifar10-484cc275",
        "smoke-9f3b74b8",
    ]
