"""The study spec: defaults, overrides, and what of it goes together."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError
from written_specs import FULL, MINIMAL, load, write

from benchmark.errors import UserError
from benchmark.metrics.catalog import default_metrics
from benchmark.race.rules import Rules
from benchmark.spec import (
    Budget,
    CohortSettings,
    PrunerSettings,
    Range,
    Score,
    SearchRanges,
    Spec,
    load_spec,
    stored_spec,
)


def test_defaults(tmp_path: Path) -> None:
    spec = load(tmp_path, MINIMAL)
    assert spec == Spec(name="digits", dataset="digits")
    assert (spec.variants, spec.seed, spec.resolution) == (("all",), 0, 0)
    assert spec.budget == Budget(trials=8, discriminator_steps=1000, batch_size=64, rungs=(1000,))
    assert spec.cohort == CohortSettings(size=4, method="auto")
    assert spec.search == SearchRanges()
    assert spec.pruner == PrunerSettings(percentile=50.0, startup_trials=4)
    assert spec.score.metrics == default_metrics()
    assert spec.score == Score(
        extractor="digits-cnn",
        images=1000,
        objective="fid",
        batch_norm="accumulated",
        batch_norm_batches=16,
        averaging="recipe",
        kid_subset_size=200,
    )


def test_every_key_is_read(tmp_path: Path) -> None:
    spec = load(tmp_path, FULL)
    assert (spec.variants, spec.seed) == (("dcgan", "wgan"), 7)
    assert spec.budget == Budget(trials=16, discriminator_steps=2000, batch_size="paper", rungs=(250, 1000, 2000))
    assert (spec.score.images, spec.score.metrics, spec.score.objective) == (500, ("fid", "kid"), "kid")


def test_a_variant_replaces_the_shared_ranges_it_names(tmp_path: Path) -> None:
    search = load(tmp_path, FULL).search
    lr = Range(low=1e-5, high=1e-2, log=True)
    assert search.ranges("dcgan") == {"lr_generator": lr, "n_critic": Range(choices=(1, 2, 5))}
    assert search.ranges("wgan") == {"lr_generator": lr, "n_critic": Range(choices=(5,))}


def test_is_frozen(tmp_path: Path) -> None:
    spec = load(tmp_path, MINIMAL)
    with pytest.raises(ValidationError):
        spec.seed = 1  # type: ignore[misc]
    with pytest.raises(ValidationError):
        spec.budget.trials = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("steps", "rungs", "expected"),
    [
        ("1000", "[]", (1000,)),
        ("1000", "[500, 250]", (250, 500, 1000)),
        ("1000", "[500, 500, 1000]", (500, 1000)),
        ("1e3", "[]", (1000,)),
        ("1000", "[250.0]", (250, 1000)),
    ],
)
def test_the_last_step_is_a_rung(tmp_path: Path, steps: str, rungs: str, expected: tuple[int, ...]) -> None:
    spec = load(tmp_path, MINIMAL, f"budget.discriminator_steps={steps}", f"budget.rungs={rungs}")
    assert spec.budget.rungs == expected


def test_resolving_again_changes_nothing(tmp_path: Path) -> None:
    spec = load(tmp_path, FULL)
    again = Spec.model_validate(json.loads(spec.model_dump_json()))
    assert again == spec
    assert again.study_id == spec.study_id


def test_is_found_by_name_and_by_path(tmp_path: Path) -> None:
    studies = tmp_path / "studies"
    studies.mkdir()
    path = write(studies, FULL)
    elsewhere = write(tmp_path, FULL.replace("seed = 7", "seed = 8"), "mine")
    assert load_spec("digits", studies) == load_spec(str(path), tmp_path / "other")
    assert load_spec(str(elsewhere), studies).seed == 8


@pytest.mark.parametrize(
    ("override", "table", "line"),
    [
        ("seed=3", "", "seed = 3"),
        (" seed = 3", "", "seed = 3"),
        ("name=other", "", 'name = "other"'),
        ('name="other"', "", 'name = "other"'),
        ("budget.trials=16", "[budget]", "trials = 16"),
        ("budget.batch_size=paper", "[budget]", 'batch_size = "paper"'),
        ("score.objective=kid", "[score]", 'objective = "kid"'),
        ('score.metrics=["fid"]', "[score]", 'metrics = ["fid"]'),
        ("search.wgan.n_critic.choices=[5]", "[search.wgan]", "n_critic = { choices = [5] }"),
        ("search.wgan.clip={low=0.01,high=0.1}", "[search.wgan]", "clip = { low = 0.01, high = 0.1 }"),
    ],
)
def test_an_override_equals_the_value_in_the_file(tmp_path: Path, override: str, table: str, line: str) -> None:
    others = "".join(row for row in MINIMAL.splitlines(keepends=True) if table or not row.startswith(line[:4]))
    in_file = load(tmp_path, f"{others}{table}\n{line}\n")
    overridden = load(tmp_path, MINIMAL, override)
    assert overridden == in_file
    assert overridden.study_id == in_file.study_id


def test_overrides_hold_in_their_order_and_keep_the_rest(tmp_path: Path) -> None:
    spec = load(tmp_path, FULL, "budget.trials=1", "budget.trials=2", "search.wgan.n_critic={choices=[2]}")
    assert spec.budget.trials == 2
    assert (spec.final.seeds, spec.final.most_seeds) == (5, 24)
    assert spec.search.ranges("wgan")["n_critic"] == Range(choices=(2,))
    assert spec.search.ranges("wgan")["lr_generator"] == Range(low=1e-5, high=1e-2, log=True)


def test_repeated_searches_are_raced_by_the_search(tmp_path: Path) -> None:
    spec = load(tmp_path, FULL, "final.seeds=3", "final.error=0.1")
    assert (spec.rules.seeds, spec.rules.most_seeds) == (3, 24)
    repeated = load(tmp_path, FULL, "final.seeds=3", "final.error=0.1", "budget.searches=9")
    assert repeated.rules == Rules(2, 9, error=0.1, margin=spec.rules.margin)


def test_repeated_searches_number_so_many_candidates(tmp_path: Path) -> None:
    many = ("final.candidates=10000", "final.candidate_seeds=101")
    assert load(tmp_path, FULL, *many).final.candidates == 10_000
    with pytest.raises(
        UserError, match=r"final\.candidates = 10000: repeated searches have 1000000 candidates at most"
    ):
        load(tmp_path, FULL, *many, "budget.searches=2")


@pytest.mark.parametrize("searches", ["0", "1001", "many"])
def test_searches_are_a_number(tmp_path: Path, searches: str) -> None:
    with pytest.raises(UserError, match=f"budget.searches = .?{searches}"):
        load(tmp_path, FULL, f"budget.searches={searches}")


@pytest.mark.parametrize("method", ["stacked", "parallel", "channels-last"])
def test_compiled_gradients_are_for_members_one_after_another(tmp_path: Path, method: str) -> None:
    asked = ("cohort.gradients=compiled", f"cohort.method={method}")
    with pytest.raises(UserError, match=rf'compiled" is for members one after another, and method = "{method}" trains'):
        load(tmp_path, FULL, *asked)
    assert load(tmp_path, FULL, asked[0], "cohort.method=looped").cohort.gradients == "compiled"


def test_a_stored_spec_may_name_metrics_that_are_not_installed_any_more(tmp_path: Path) -> None:
    values = json.loads(load(tmp_path, FULL).model_dump_json())
    values["score"] |= {"metrics": ["fid", "sharpness"], "final_metrics": ["blur"], "objective": "sharpness_gap"}
    text = json.dumps(values)
    with pytest.raises(ValidationError, match="unknown metric 'sharpness'"):
        Spec.model_validate_json(text)
    stored = stored_spec(text)
    assert stored.score.metrics == ("fid", "sharpness")
    assert (stored.score.final_metrics, stored.score.objective) == (("blur",), "sharpness_gap")
    assert json.loads(stored.model_dump_json()) == values
    with pytest.raises(ValidationError, match="objective 'fid' needs metric 'fid'"):
        stored_spec(text.replace('"sharpness_gap"', '"fid"').replace('["fid", ', "["))
