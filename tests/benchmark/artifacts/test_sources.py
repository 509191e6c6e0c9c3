"""Which files the parts of a run are written in, of the zoo and of a package of one's own, and what an edit says."""

import hashlib
import importlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from benchmark.artifacts import sources
from benchmark.artifacts.sources import older, sources_of, told_of_older
from benchmark.records import Protocol, TrialConfig, TrialRecord
from benchmark.spec import Spec
from ganzoo.registry import VARIANTS, find_variant

ROOT = Path(__file__).parents[3]
SPEC = Spec(name="s", dataset="digits")
PROTOCOL = Protocol("digits", 8, "test", 1, 1, "pixels", "", "running", "0.4")
OF_THE_STUDY = {
    "benchmark/datasets/digits.py",
    *(f"benchmark/metrics/{name}.py" for name in ("fid", "inception_score", "kid", "precision_recall")),
}


def record(**files: str) -> TrialRecord:
    named = {f"ganzoo/losses/{name}.py": digest for name, digest in files.items()}
    return TrialRecord(TrialConfig("v", "trial", 0, 0, {}), "complete", PROTOCOL, sources=named)


def files_of(name: str, spec: Spec = SPEC) -> set[str]:
    return {*sources_of(find_variant(name), spec)} - OF_THE_STUDY


def test_each_part_s_file_and_the_layers_that_it_is_built_with() -> None:
    assert files_of("mlp+hinge+r1+weight-clipping+instance-noise+cosine+ema") == {
        "ganzoo/architectures/mlp.py",
        "ganzoo/augmentations/instance_noise.py",
        "ganzoo/averaging/exponential.py",
        "ganzoo/constraints/weight_clipping.py",
        "ganzoo/layers/dropout.py",
        "ganzoo/layers/gradients.py",
        "ganzoo/layers/initialisation.py",
        "ganzoo/layers/lecam.py",  # by which the hinge loss has a regularised form
        "ganzoo/layers/slicing.py",  # and one with a direction of its own
        "ganzoo/losses/hinge.py",
        "ganzoo/penalties/r1.py",
        "ganzoo/schedules/cosine.py",
    }


def test_of_a_named_variant_its_own_file_counts_too() -> None:
    """Which says what its parts and defaults are: an edit of it changes what a run would be."""
    assert "ganzoo/variants/tutorials.py" in files_of("gan-mlp")
    assert not [file for file in files_of("mlp+hinge") if file.startswith("ganzoo/variants")]


def test_what_the_study_names_counts_too() -> None:
    found = sources_of(VARIANTS["gan-mlp"], SPEC)
    assert found.keys() >= OF_THE_STUDY
    for file, digest in found.items():
        assert digest == hashlib.sha256((ROOT / file).read_bytes()).hexdigest()[:16]
    for name in ("folder:pictures", "of-a-package-that-is-gone"):
        without = sources_of(VARIANTS["gan-mlp"], SPEC.model_copy(update={"dataset": name}))
        assert found.keys() - without.keys() == {"benchmark/datasets/digits.py"}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package with a loss, which has a helper, and a variant with a loss in its own line."""
    package = tmp_path / "my_package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "helper.py").write_text("def positive(logits):\n    return logits.relu()\n")
    (package / "losses.py").write_text(
        "from dataclasses import replace\nfrom ganzoo.losses import HINGE\nfrom my_package.helper import positive\n"
        "OWN = replace(HINGE, name='own', generator=lambda real, fake: positive(fake))\n"
    )
    (package / "variants.py").write_text(
        "from dataclasses import replace\nfrom ganzoo.registry import VARIANTS\n"
        "LINE = replace(VARIANTS['gan-mlp'], name='line', loss=replace(VARIANTS['gan-mlp'].loss, name='inline'))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("my_package.losses")
    for name in [name for name in sys.modules if name.startswith("my_package")]:
        sys.modules.pop(name)


def test_of_a_package_its_helpers_count(own: ModuleType) -> None:
    variant = replace(VARIANTS["gan-mlp"], name="mine", loss=own.OWN)
    named = sources_of(variant, SPEC)
    assert {file for file in named if file.startswith("my_package")} == {"my_package/helper.py", "my_package/losses.py"}


def test_a_part_in_the_variant_s_own_line_lies_in_its_file(own: ModuleType) -> None:
    line = importlib.import_module("my_package.variants").LINE
    assert "my_package/variants.py" in sources_of(line, SPEC)


def test_an_edit_is_seen_by_the_next_process(own: ModuleType) -> None:
    variant = replace(VARIANTS["gan-mlp"], name="mine", loss=own.OWN)
    before = sources_of(variant, SPEC)
    file = Path(str(own.__file__))
    file.write_text(file.read_text() + "# another line\n")
    assert sources_of(variant, SPEC) == before  # this one runs what it has imported
    sources._digest.cache_clear()
    after = sources_of(variant, SPEC)
    assert {name for name in after if after[name] != before[name]} == {"my_package/losses.py"}
    file.unlink()
    sources._digest.cache_clear()
    assert after.keys() - sources_of(variant, SPEC).keys() == {"my_package/losses.py"}


def test_how_many_runs_are_of_an_older_version() -> None:
    now = {"ganzoo/losses/a.py": "2", "ganzoo/losses/b.py": "1"}
    records = [record(a="1", b="1"), record(a="1", b="0"), record(a="2", b="1"), record(gone="1"), record()]
    assert older(records, now) == {"ganzoo/losses/a.py": 2, "ganzoo/losses/b.py": 1}
    assert older(records[2:], now) == {}


def test_one_line_says_what_was_edited_and_what_to_do() -> None:
    now = {"ganzoo/losses/a.py": "2"}
    assert told_of_older("mine", [record(a="2"), record()], now) == ""
    assert told_of_older("mine", [record(a="1")] * 3, now) == (
        "ganzoo/losses/a.py: edited since variant mine was run: 3 runs are of an older version, kept and counted with "
        "new ones; --set name=NAME begins another study with what is there now"
    )
    assert ": 1 run is of an older version," in told_of_older("mine", [record(a="1"), record(a="2")], now)
