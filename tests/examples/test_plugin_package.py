"""The example package, built and installed as a user would, and found by a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
# Half the squared logit; and log(1 + e^-1) + log(1 + e^2) = 0.3132616875 + 2.1269280110.
ASK = """
import json, sys, torch
from ganzoo import entry_points
from ganzoo.registry import BUILT_IN, VARIANTS
assert "ganzoo_boundary_seeking" not in sys.modules
from ganzoo.components import Loss
from ganzoo.variant import Variant
loss = entry_points.merged("loss", BUILT_IN.loss, "ganzoo.losses", Loss)["boundary-seeking"]
variant = entry_points.provided("ganzoo.variants", Variant)["dcgan-boundary-seeking"]
real, fake = torch.tensor([1.0, 1e4, -1e4]).double(), torch.tensor([2.0, -1e4, 1e4]).double()
fake.requires_grad_()
(slope,) = torch.autograd.grad(loss.generator(real, fake).sum(), fake)
dcgan = VARIANTS["dcgan"]
print(json.dumps({
    "discriminator": loss.discriminator(real, fake).tolist(),
    "generator": loss.generator(real, fake).tolist(),
    "slope": slope.tolist(),
    "output": loss.output(torch.zeros(1)).tolist(),
    "same_loss": variant.loss is loss,
    "same_networks": variant.architecture is dcgan.architecture and variant.defaults == dcgan.defaults,
}))
"""


def test_is_found_with_its_values(installed: str, run: Run) -> None:
    done = run([sys.executable, "-c", ASK], installed)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["discriminator"] == pytest.approx([0.3132616875 + 2.1269280110, 0.0, 2e4])
    assert answer["generator"] == [2.0, 5e7, 5e7]
    assert answer["slope"] == [2.0, -1e4, 1e4]
    assert answer["output"] == [0.5]
    assert answer["same_loss"]
    assert answer["same_networks"]


def test_holds_only_what_it_names(installed: str) -> None:
    assert [path.name for path in Path(installed).glob("*.py")] == ["ganzoo_boundary_seeking.py"]


# By group and kind: the module of a neighbour, and what is told of it.
BROKEN = {
    ("ganzoo.losses", "Loss"): (
        "from ganzoo_boundary_seeking import BOUNDARY_SEEKING as PART",
        "'boundary-seeking' is provided by plugin ganzoo-boundary-seeking, entry point 'boundary-seeking' of "
        "ganzoo.losses (ganzoo_boundary_seeking:BOUNDARY_SEEKING) too; one must go",
    ),
    ("ganzoo.penalties", "Penalty"): ("PART = 3", "must be a ganzoo.components.Penalty, is of type int"),
    ("ganzoo.schedules", "Schedule"): (
        "import no_such_module",
        "cannot be imported: ModuleNotFoundError: No module named 'no_such_module'",
    ),
    ("ganzoo.averaging", "Averaging"): (
        "from ganzoo.averaging import EXPONENTIAL_AVERAGE as PART",
        "'ema' is the zoo's own moving average; rename it",
    ),
}
COMPLAIN = """
import json
from ganzoo import averaging, components, entry_points
for group, kind in %s:
    built_in = {"ema": averaging.EXPONENTIAL_AVERAGE} if kind == "Averaging" else {}
    try:
        entry_points.merged("moving average", built_in, group, getattr(components, kind))
    except entry_points.PluginError as error:
        print(json.dumps(str(error)))
"""


def test_broken_neighbours_are_told_in_one_line_each(installed: str, run: Run, tmp_path: Path) -> None:
    metadata = tmp_path / "ganzoo_neighbour-0.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: ganzoo-neighbour\nVersion: 0.1\n")
    entries = [f"[{group}]\nnext-door = neighbour_{kind}:PART\n" for group, kind in BROKEN]
    (metadata / "entry_points.txt").write_text("\n".join(entries))
    for (_, kind), (source, _) in BROKEN.items():
        (tmp_path / f"neighbour_{kind}.py").write_text(source)
    done = run([sys.executable, "-c", COMPLAIN % list(BROKEN)], os.pathsep.join((installed, str(tmp_path))))
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        f"plugin ganzoo-neighbour, entry point 'next-door' of {group} (neighbour_{kind}:PART): {told}"
        for (group, kind), (_, told) in BROKEN.items()
    ]
