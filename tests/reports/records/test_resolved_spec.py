from pathlib import Path

import pytest

from benchmark.spec import Spec, load_spec, spec_of
from reports.records.resolved_spec import to_toml

SPECS = [
    {"name": "plain", "dataset": "digits"},
    {"name": "quoted", "dataset": 'folder:C:\\pictures "of" é'},
    {
        "name": "rich",
        "dataset": "digits",
        "variants": ["dcgan", "wgan"],
        "seed": 7,
        "budget": {"batch_size": "paper", "rungs": [10, 20], "discriminator_steps": 30},
        "search": {
            "lr_generator": {"low": 1e-5, "high": 1e-2, "log": True},
            "beta1": {"choices": [0.0, 0.5]},
            "wgan": {"n_critic": {"choices": [5]}, "clip": {"low": 0.001, "high": 1.0}},
        },
        "score": {"metrics": ["kid"], "objective": "kid"},
    },
]


@pytest.mark.parametrize("values", SPECS, ids=lambda values: values["name"])
def test_it_gives_back_the_same_study(tmp_path: Path, values: dict[str, object]) -> None:
    spec = Spec.model_validate(values)
    path = tmp_path / "spec.toml"
    path.write_text(to_toml(spec), encoding="utf-8")
    found = load_spec(str(path), tmp_path)
    assert found == spec
    assert found.study_id == spec.study_id


@pytest.mark.parametrize("overrides", [(), ("scale=0.01",)])
def test_a_study_under_a_protocol_is_the_same_when_read_again(tmp_path: Path, overrides: tuple[str, ...]) -> None:
    values = {"name": "s", "dataset": "triangles", "protocol": "lucic2018"}
    spec = spec_of(values, overrides, "here")
    (tmp_path / "s.toml").write_text(to_toml(spec), encoding="utf-8")
    assert load_spec(str(tmp_path / "s.toml"), tmp_path) == spec
