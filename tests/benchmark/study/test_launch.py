"""From names to a running study."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_study import FinishedStudy, RecordingObserver

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import Preparation
from benchmark.spec import Spec
from benchmark.study.launch import Resources, resolve_variants, run_study, with_earlier
from benchmark.study.preparation import check_resolution, prepare
from benchmark.workers.cluster.asked import Cluster
from ganzoo.registry import CORE, LUCIC2018, VARIANTS


def make_spec(**changes: Any) -> Spec:
    return Spec.model_validate({"name": "s", "dataset": "digits", "variants": ["wgan", "gan-mlp"]} | changes)


def names(asked: Sequence[str], spec: Spec) -> list[str]:
    return [variant.name for variant in resolve_variants(asked, spec)]


@pytest.mark.parametrize(
    ("asked", "resolved"),
    [
        ([], ["gan-mlp", "wgan"]),  # the spec's, in the catalog's order
        (["wgan-gp"], ["wgan-gp"]),
        (["wgan-gp", "dcgan", "wgan-gp"], ["dcgan", "wgan-gp"]),
        (["all"], list(VARIANTS)),
        (["dcgan", "all"], list(VARIANTS)),
        (["lucic2018", "hinge", "began"], ["hinge", *LUCIC2018]),
        (["core"], list(CORE)),
        (["r1+hinge+mlp", "dcgan"], ["dcgan", "mlp+hinge+r1"]),  # composed ones come last, by their own names
    ],
)
def test_names_become_variants(asked: list[str], resolved: list[str]) -> None:
    assert names(asked, make_spec()) == resolved


def test_a_spec_may_ask_for_sets_and_compositions() -> None:
    assert names([], make_spec(variants=["all"])) == list(VARIANTS)
    assert names([], make_spec(variants=["hinge+mlp", "lucic2018"])) == [*LUCIC2018, "mlp+hinge"]


@pytest.mark.parametrize("asked", [["wgam"], ["all", "wgam"]])
def test_an_unknown_variant_is_refused_with_the_nearest(asked: list[str]) -> None:
    with pytest.raises(UserError) as refused:
        resolve_variants(asked, make_spec())
    known = f"Known: {', '.join(VARIANTS)}; sets: core, lucic2018, all; or parts, as in resnet+hinge+r1"
    assert str(refused.value) == f"unknown variant 'wgam': did you mean 'wgan'? {known}"


def test_parts_that_make_no_sense_together_are_refused() -> None:
    with pytest.raises(UserError) as refused:
        resolve_variants(["mlp+hinge+r1+gp"], make_spec())
    assert str(refused.value) == "variant 'mlp+hinge+r1+gp' makes no sense: gp pulls slopes to 1 and r1 to 0"


def test_ranges_of_a_composition_stand_under_its_own_name() -> None:
    """Or they would be looked for in vain."""
    ranges = {"penalty_weight": {"choices": [1.0, 10.0]}}
    spec = make_spec(search={"mlp+hinge+r1": ranges})
    assert names(["r1+mlp+hinge"], spec) == ["mlp+hinge+r1"]
    assert spec.search.ranges("mlp+hinge+r1")["penalty_weight"].choices == (1.0, 10.0)
    with pytest.raises(UserError) as refused:
        resolve_variants([], make_spec(search={"r1+mlp+hinge": ranges}))
    assert str(refused.value) == "[search.'r1+mlp+hinge']: write 'mlp+hinge+r1', the order of its parts"


def test_a_range_for_an_unknown_variant_is_refused() -> None:
    spec = make_spec(search={"wgam": {"n_critic": {"choices": [5]}}})
    with pytest.raises(UserError, match="unknown variant 'wgam': did you mean 'wgan'"):
        resolve_variants([], spec)


def test_an_unknown_data_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="unknown dataset 'digit': did you mean 'digits'"):
        prepare(make_spec(dataset="digit"), Paths(tmp_path, tmp_path / "data"), "cpu")


def test_a_resolution_that_a_variant_does_not_take_is_refused(tmp_path: Path) -> None:
    takes = ", ".join(map(str, VARIANTS["wgan"].architecture.resolutions))
    paths = Paths(tmp_path, tmp_path / "data")
    with pytest.raises(UserError) as refused:
        check_resolution(make_spec(resolution=9), [VARIANTS["gan-mlp"], VARIANTS["wgan"]], paths)
    assert str(refused.value) == f"variant 'wgan': no images of side 9; it takes {takes}"


def run(spec: Spec, root: Path, resources: Resources, observer: RecordingObserver) -> None:
    run_study(spec, [VARIANTS["gan-shallow"]], Paths(root, root / "data"), resources, [observer])


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        (Resources(device="tpu9"), "device 'tpu9': not found here"),
        (Resources(device="cpu", tracking_uri="runs/mlflow"), "MLFLOW_TRACKING_URI = 'runs/mlflow': must begin with"),
        (Resources(device="cpu", storage_url="nosuch://x"), "nosuch://x"),
    ],
)
def test_resources_that_cannot_be_had_are_refused_before_anything_runs(
    resources: Resources, message: str, tmp_path: Path, observer: RecordingObserver
) -> None:
    with pytest.raises(UserError) as refused:
        run(make_spec(score={"images": 16}), tmp_path, resources, [observer])
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert observer.variants == []


def test_a_cluster_without_ray_is_one_line_that_says_what_to_install(
    tmp_path: Path, observer: RecordingObserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not installed
    with pytest.raises(UserError) as refused:
        run(make_spec(score={"images": 16}), tmp_path, Resources(workers=Cluster()), [observer])
    assert str(refused.value) == "--workers ray: Ray is not installed: pip install 'ganbench[ray]'"
    assert observer.variants == []


def test_a_study_that_is_running_is_not_run_a_second_time(finished: FinishedStudy, observer: RecordingObserver) -> None:
    """The second is asked for while the first, which has nothing left to do, holds the study."""
    refusals = []
    cpu = Resources(workers=1, device="cpu")

    def second(spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        with pytest.raises(UserError) as refused:
            run_study(spec, [VARIANTS["wgan"]], finished.paths, cpu, [observer])
        refusals.append(str(refused.value))

    observer.on_study_start = second  # type: ignore[method-assign]
    run_study(finished.spec, [VARIANTS["gan-shallow"]], finished.paths, cpu, [observer])
    study = finished.spec.study_id
    assert refusals == [f"study {study}: process {os.getpid()} is running it; wait for it or end it"]


def test_another_study_may_run_meanwhile(finished: FinishedStudy, observer: RecordingObserver) -> None:
    """Its data set is not there, so it ends at once, with a reason of its own."""
    other = finished.spec.model_copy(update={"dataset": "cifar10"})
    reasons = []

    def second(spec: Spec, variants: Sequence[str], preparation: Preparation) -> None:
        with pytest.raises(UserError) as refused:
            run_study(other, [VARIANTS["wgan"]], finished.paths, Resources(device="cpu"), [observer])
        reasons.append(str(refused.value))

    observer.on_study_start = second  # type: ignore[method-assign]
    run_study(finished.spec, [VARIANTS["wgan"]], finished.paths, Resources(workers=1, device="cpu"), [observer])
    assert len(reasons) == 1
    assert "cifar" in reasons[0]
    assert "is running it" not in reasons[0]


def test_who_comes_later_races_against_those_that_ran_before(finished: FinishedStudy, tmp_path: Path) -> None:
    """Of the finished study, whose third variant had no final run; names that nobody knows any more are passed over."""
    asked = [VARIANTS["dcgan"], VARIANTS["wgan"]]
    assert [each.name for each in with_earlier(asked, finished.work)] == ["dcgan", "wgan", "gan-shallow"]
    assert with_earlier(asked, tmp_path) == asked
    record = finished.record("wgan-final-0000")
    for name in ("gone", "mlp+hinge"):
        moved = replace(record, config=replace(record.config, variant=name))
        moved.write(tmp_path / moved.config.label)
    assert [each.name for each in with_earlier(asked, tmp_path)] == ["dcgan", "wgan", "mlp+hinge"]
