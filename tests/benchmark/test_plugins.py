"""A broken package of somebody's is told by every command that makes or lists something, whatever it adds."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmark import plugins
from benchmark.datasets.dataset import Dataset
from benchmark.metrics.metric import Metric
from benchmark.scoring.extractors.extractor import Extractor
from ganzoo.entry_points import GROUPS
from ganzoo.registry import PART_GROUPS
from ganzoo.variant import Variant

Install = Callable[..., None]
LOSSES = """
from dataclasses import replace
from ganzoo.losses import HINGE
from ganzoo.registry import VARIANTS
OWN = replace(VARIANTS["gan-mlp"], name="own-mlp")
MINE = replace(HINGE, name="mine")
TAKEN = replace(HINGE, name="hinge")
APART = replace(HINGE, name="dcgan")
FAST = replace(HINGE, name="fast", defaults={"lr": 5e-4})
"""
TRAIN = ("train", "gan-shallow", "--steps", "2")
RUN = ("run", "--study", "smoke", "--variant", "gan-shallow", "--workers", "1")
# By group, entry point and what it names: what is told of it.
BROKEN = {
    ("ganzoo.losses", "a", "losses:NOPE"): "cannot be imported: losses has no NOPE; did you mean 'MINE'?",
    ("ganzoo.losses", "a", "losess:MINE"): "cannot be imported: ModuleNotFoundError: No module named 'losess'",
    ("ganzoo.losses", "a", "losses:TAKEN"): "'hinge' is the zoo's own loss; rename it",
    (
        "ganzoo.losses",
        "a",
        "losses:FAST",
    ): "'fast': defaults: unknown hyperparameter 'lr': did you mean 'lr_generator' or "
    "'lr_discriminator'? Known: lr_generator, lr_discriminator, beta1, ",
    ("ganzoo.penalties", "a", "losses:MINE"): "must be a ganzoo.components.Penalty, is of type Loss",
    ("ganzoo.variants", "a", "losses:MINE"): "must be a ganzoo.variant.Variant, is of type Loss",
    ("ganbench.metrics", "a", "losses:MINE"): "must be a benchmark.metrics.metric.Metric, is of type Loss",
    ("ganbench.datasets", "a", "losses:MINE"): "must be a benchmark.datasets.dataset.Dataset, is of type Loss",
    ("ganbench.extractors", "a", "losses:MINE"): "must be a benchmark.scoring.extractors.extractor.Extractor, is of",
    ("ganzoo.loss", "a", "losses:MINE"): "no group of that name; did you mean 'ganzoo.losses'? Known: ganzoo.losses, ",
    ("ganzo-losses", "a", "losses:MINE"): "no group of that name; did you mean 'ganzoo.losses'? Known: ",
    ("ganbench.metric", "a", "losses:MINE"): "no group of that name; did you mean 'ganbench.metrics'? Known: ",
}


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Leaves what an installer would leave of a package, in a folder of its own."""

    def installed(*entries: tuple[str, str, str], package: str = "my-package") -> None:
        metadata = tmp_path / "site" / f"{package.replace('-', '_')}-1.0.dist-info"
        metadata.mkdir(parents=True)
        (tmp_path / "site" / "losses.py").write_text(LOSSES)
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        lines = "".join(f"[{group}]\n{entry} = {value}\n" for group, entry, value in entries)
        (metadata / "entry_points.txt").write_text(lines)

    return installed


@pytest.fixture
def answer(tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Exit code and both outputs of a program, in a process of its own, since catalogs are made once."""

    def called(*words: str, program: str = "from benchmark.cli import main; main()") -> tuple[int, str, str]:
        path = os.pathsep.join([str(tmp_path / "site"), *sys.path])
        environment = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "400"}
        command = [sys.executable, "-c", program, *words]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
        return done.returncode, done.stdout, done.stderr

    return called


ALL_AT_ONCE = """
import sys
from importlib import invalidate_caches
from pathlib import Path
from benchmark.errors import UserError
from benchmark.plugins import check_plugins
for folder in sys.argv[1:]:
    sys.path.insert(0, folder)
    invalidate_caches()
    try:
        check_plugins()
        print("nothing")
    except UserError as error:
        print(error)
    sys.path.remove(folder)
"""


def test_each_way_to_be_broken_is_one_line(
    install: Install, answer: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    folders = []
    for number, entry in enumerate(BROKEN):
        install(entry)
        folders.append((tmp_path / "site").rename(tmp_path / f"site{number}"))
    code, out, err = answer(*map(str, folders), program=ALL_AT_ONCE)
    assert code == 0, err
    lines = out.splitlines()
    assert len(lines) == len(BROKEN)
    for line, ((group, name, value), told) in zip(lines, BROKEN.items(), strict=True):
        assert line.startswith(f"plugin my-package, entry point {name!r} of {group} ({value}): {told}")


@pytest.mark.parametrize(
    "words",
    [*(pytest.param(words, marks=pytest.mark.long) for words in (RUN, TRAIN, ("parts",))), ("variants",), ("doctor",)],
    ids=lambda words: words[0],
)
def test_every_command_tells_of_what_it_does_not_use(
    words: tuple[str, ...], install: Install, answer: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    install(("ganzoo.losses", "a", "losses:NOPE"), ("ganbench.extractors", "b", "losses:MINE"))
    code, out, err = answer(*words)
    assert code == 2
    (line,) = err.splitlines()[-1:]
    assert line.startswith("ganbench: plugin my-package, entry point 'b' of ganbench.extractors (losses:MINE): must be")
    assert line.endswith("; and 1 more: ganbench doctor lists them")
    assert not list((tmp_path / "runs").glob("work/*"))
    rows = [row for row in out.splitlines() if row.startswith("plugin ")]
    assert len(rows) == (2 if words == ("doctor",) else 0)
    for row, group in zip(
        rows, ("ganbench.extractors, entry point 'b'", "ganzoo.losses, entry point 'a'"), strict=False
    ):
        assert f"broken: {group}" in row


@pytest.mark.long
def test_the_library_tells_of_it_too(install: Install, answer: Callable[..., tuple[int, str, str]]) -> None:
    install(("ganzoo.losses", "a", "losses:NOPE"))
    calls = ("benchmark.run('smoke', variants='gan-shallow')", "benchmark.train('gan-shallow', steps=2)")
    for call in calls:
        program = f"import benchmark\ntry:\n    {call}\nexcept benchmark.UserError as error:\n    print(error)"
        code, out, err = answer(program=program)
        assert code == 0, err
        assert out.startswith("plugin my-package, entry point 'a' of ganzoo.losses (losses:NOPE): cannot be imported")


@pytest.mark.long
def test_a_name_of_another_kind_is_told_by_the_doctor(
    install: Install, answer: Callable[..., tuple[int, str, str]]
) -> None:
    install(("ganzoo.losses", "a", "losses:APART"))
    code, out, err = answer("doctor")
    told = (
        "loss APART of losses.py: its name 'dcgan' is that of the architecture DCGAN of ganzoo/architectures/dcgan.py"
    )
    assert (code, err) == (2, f"ganbench: {told}; rename it\n")
    assert [row.split()[:2] for row in out.splitlines() if told in row] == [["plugins", "broken"]]


@pytest.mark.long
def test_the_name_of_an_entry_point_is_told_from_that_of_its_part(
    install: Install, answer: Callable[..., tuple[int, str, str]]
) -> None:
    install(("ganzoo.variants", "own_mlp", "losses:OWN"), ("ganzoo.losses", "my_loss", "losses:MINE"))
    program = (
        "import ganzoo\nfor name in ('own_mlp', 'mlp+my_loss'):\n"
        "    try:\n        ganzoo.get(name)\n    except LookupError as error:\n        print(error)\n"
        "print(ganzoo.get('own-mlp').name, ganzoo.get('mine+mlp').name)"
    )
    code, out, err = answer(program=program)
    assert code == 0, err
    assert out.splitlines() == [
        "unknown variant 'own_mlp': plugin my-package, entry point 'own_mlp' of ganzoo.variants (losses:OWN) is a "
        "variant whose own name counts: 'own-mlp'",
        "variant 'mlp+my_loss': unknown part 'my_loss': plugin my-package, entry point 'my_loss' of ganzoo.losses "
        "(losses:MINE) is a loss whose own name counts: 'mine'",
        "own-mlp mlp+mine",
    ]


def test_a_package_that_is_whole_is_listed(install: Install, answer: Callable[..., tuple[int, str, str]]) -> None:
    install(("ganzoo.losses", "a", "losses:MINE"))
    code, out, err = answer("doctor")
    assert (code, err) == (0, "")
    assert "plugin my-package" in out
    assert "present: ganzoo.losses, entry point 'a'" in out


def test_without_packages_nothing_is_imported(answer: Callable[..., tuple[int, str, str]]) -> None:
    program = "import sys\nfrom benchmark.plugins import check_plugins\ncheck_plugins()\nprint('torch' in sys.modules)"
    assert answer(program=program)[:2] == (0, "False\n")


def test_every_group_is_known_with_its_kind() -> None:
    kinds = {group: found[0] for group in GROUPS if (found := plugins._of_group(group))}
    assert tuple(kinds) == GROUPS
    others = (Variant, Metric, Dataset, Extractor)
    assert kinds == PART_GROUPS | dict(zip(GROUPS[-4:], others, strict=True))
    assert plugins._of_group("ganzoo.loss") is None
