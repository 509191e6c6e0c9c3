from benchmark.spec import Spec
from benchmark.tracking.grouping import group_params, has_groups, parts_of
from ganzoo.registry import VARIANTS

STUDY = {"name": "some", "dataset": "digits", "budget": {"discriminator_steps": 20, "rungs": [10, 20]}}


def test_runs_are_grouped_by_what_their_variant_is_made_of_and_by_the_study() -> None:
    params = group_params(Spec.model_validate(STUDY), VARIANTS["wgan-gp"].parts)
    assert {name: params[name] for name in ("architecture", "loss", "penalty", "constraint", "optimiser")} == {
        "architecture": "dcgan-plain",
        "loss": "wasserstein",
        "penalty": "gp",
        "constraint": "none",
        "optimiser": "adam",
    }
    of_study = {"dataset": "digits", "batch_size": "64", "steps": "20", "extractor": "digits-cnn"}
    assert {name: params[name] for name in of_study} == of_study
    assert "citation" not in params


def test_the_batch_size_is_the_variants_own_where_the_study_leaves_it_that() -> None:
    spec = Spec.model_validate(STUDY | {"budget": STUDY["budget"] | {"batch_size": "paper"}})
    variant = VARIANTS["dcgan"]
    assert group_params(spec, variant.parts)["batch_size"] == str(variant.batch_size)
    assert "batch_size" not in group_params(spec, {})


def test_the_report_gets_the_parts_of_a_variant_back() -> None:
    parts = VARIANTS["wgan"].parts
    found = {"variant": "wgan", "kind": "variant", "clip": "0.01", "lr_generator": "5e-05"}
    params = found | parts | group_params(Spec.model_validate(STUDY), parts)
    assert parts_of(params) == parts
    assert has_groups(params)
    assert not has_groups(found | parts)
