"""What is not compiled yet is found without compiling anything, and compiled when asked."""

from pathlib import Path

import pytest
import torch
from cpp_compiler import needs_compiler

from benchmark.datasets.catalog import key_of
from benchmark.paths import Paths
from benchmark.spec import Spec
from benchmark.training.programs import compiled_shelf
from benchmark.workers.compiling import compile_all, uncompiled

pytestmark = needs_compiler
NAMES = ("gan-mlp", "dcgan")


@pytest.fixture
def spec(tiny: Spec) -> Spec:
    return tiny.model_copy(update={"cohort": tiny.cohort.model_copy(update={"gradients": "compiled"})})


def test_variants_are_listed_until_each_player_is_compiled_or_refused(
    spec: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = Paths(tmp_path / "runs", tmp_path / "data")
    content = key_of(spec.dataset, spec.resolution, paths.data)
    assert uncompiled(spec, NAMES, paths, content) == list(NAMES)
    compiled = []

    def compile_to(path: Path, *_: object) -> None:
        compiled.append(path.name.rpartition("-")[0])
        raise RuntimeError("not in this test")

    monkeypatch.setattr(compiled_shelf, "compile_to", compile_to)
    threads = torch.get_num_threads()
    compile_all(spec, NAMES[1:], paths, content)
    assert torch.get_num_threads() == threads
    assert sorted(compiled) == ["dcgan-discriminator", "dcgan-generator"]
    assert uncompiled(spec, NAMES, paths, content) == ["gan-mlp"]
    compile_all(spec, NAMES, paths, content)
    assert sorted(compiled[2:]) == ["gan-mlp-discriminator", "gan-mlp-generator"]
    assert uncompiled(spec, NAMES, paths, content) == []
    # A length of training that changes no shape changes no program, a batch does.
    longer = spec.model_copy(update={"budget": spec.budget.model_copy(update={"discriminator_steps": 10**6})})
    wider = spec.model_copy(update={"budget": spec.budget.model_copy(update={"batch_size": 33})})
    assert uncompiled(longer, NAMES, paths, content) == []
    assert uncompiled(wider, NAMES, paths, content) == list(NAMES)
