"""Studies that ask for compiled gradients: refused where they cannot be had, else compiled before they train."""

import json
from pathlib import Path

import pytest
from cpp_compiler import needs_compiler

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.records import TrialRecord
from benchmark.spec import Spec
from benchmark.study.callbacks import StudyCallback
from benchmark.study.launch import Resources, resolve_variants, run_study
from benchmark.study.machine_code import check_compiler
from benchmark.training.programs.machine_code import compiler


def asked(**cohort: object) -> Spec:
    budget = {"trials": 2, "discriminator_steps": 24, "batch_size": 8}
    score = {"extractor": "digits-cnn", "images": 50, "metrics": ["fid"]}
    return Spec.model_validate(
        {
            "name": "s",
            "dataset": "digits",
            "budget": budget,
            "score": score,
            "final": {"seeds": 1, "most_seeds": 1},
            "cohort": {"gradients": "compiled", **cohort},
        }
    )


def test_a_gpu_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        check_compiler(asked(), "cuda:1")
    assert str(refused.value) == (
        f'study {asked().study_id}: cohort.gradients = "compiled" is for CPUs, and this device is cuda:1: leave it out'
    )


def test_without_a_compiler_one_line_says_so_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    compiler.cache_clear()
    spec = asked()
    with pytest.raises(UserError, match=r"^study s-\w+: cohort\.gradients = .compiled.: no C\+\+ compiler: "):
        run_study(
            spec,
            resolve_variants(["gan-mlp"], spec),
            Paths(tmp_path / "runs", tmp_path / "data"),
            Resources(workers=1),
            [],
        )
    assert not list(tmp_path.rglob("*.json"))
    compiler.cache_clear()


def test_nobody_else_needs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    compiler.cache_clear()
    check_compiler(asked(gradients="recorded"), "cpu")
    check_compiler(asked(gradients="recorded"), "cuda:0")
    compiler.cache_clear()


class Notices(StudyCallback):
    """What was told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def on_notice(self, message: str) -> None:
        """Keep a line."""
        self.lines.append(message)


@needs_compiler
@pytest.mark.long
def test_compiles_once_what_all_studies_of_its_shapes_use(tmp_path: Path) -> None:
    paths, told = Paths(tmp_path / "runs", tmp_path / "data"), []
    for seed in (0, 1):
        spec = asked().model_copy(update={"seed": seed})
        notices = Notices()
        run_study(spec, resolve_variants(["gan-mlp"], spec), paths, Resources(workers=2), [notices])
        told.append([line for line in notices.lines if "compil" in line])
        records = [TrialRecord.read(folder) for folder in sorted(paths.work(spec.study_id).glob("gan-mlp-*"))]
        assert [record.environment["gradients"] for record in records if record] == ["compiled"] * 3
        kept = json.loads((paths.work(spec.study_id) / "gan-mlp-final-0000" / "record.json").read_text())
        assert kept["environment"]["gradients"] == "compiled"
    assert told == [["compiling, once for this machine: gan-mlp (half a minute each)"], []]
    assert len(list((paths.cache / "compiled").glob("*.safetensors"))) == 2
