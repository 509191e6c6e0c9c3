"""A study of somebody else's loss and variant and of composed variants, by the command line, to its report."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

GANBENCH = Path(sys.executable).with_name("ganbench")
ASKED = (
    *("dcgan-boundary-seeking", "boundary-seeking+mlp+ema", "resnet+hinge+r1"),
    *("cgan-pd", "infogan-autoencoder+began+linear-decay"),
)
# Variants first, in the order of the catalog; then what was composed, its parts in their order.
RUN = (
    *("cgan-pd", "dcgan-boundary-seeking", "mlp+boundary-seeking+ema", "resnet+hinge+r1"),
    "infogan-autoencoder+began+linear-decay",
)
SPEC = f"""\
name = "foreign"
dataset = "digits"
variants = {list(ASKED)}

[budget]
trials = 1
discriminator_steps = 6
batch_size = 16

[final]
seeds = 1
most_seeds = 1

[search."resnet+hinge+r1"]
penalty_weight = {{ low = 1.0, high = 100.0 }}

[score]
images = 64
kid_subset_size = 16
batch_norm_batches = 2
"""


@pytest.mark.long
def test_runs_to_its_report(
    installed: str, run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    spec = tmp_path / "foreign.toml"
    spec.write_text(SPEC, encoding="utf-8")
    command = [str(GANBENCH), "run", "--study", str(spec), "--workers", "2", "--device", "cpu"]
    done = run(command, installed, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "5 variants, 10 runs" in done.stdout
    (folder,) = (tmp_path / "runs" / "reports").iterdir()
    runs = pd.read_csv(folder / "runs.csv")
    assert set(runs["variant"]) == set(RUN)
    assert (runs["state"] == "complete").all()
    # What was asked for in other words leaves no row of its own.
    assert set(pd.read_csv(folder / "variants.csv")["variant"]) == set(RUN)
    trained = dict(iter(runs.groupby("variant")))
    assert (trained["resnet+hinge+r1"]["penalty_weight"] == 10.0).all()
    assert (trained["infogan-autoencoder+began+linear-decay"]["balance_gain"] == 0.001).all()
    # Without the package its variant is as unknown as any.
    refused = run([*command, "--variant", "dcgan-boundary-seeking"], "", tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("ganbench: unknown variant 'dcgan-boundary-seeking': did you mean")
    assert refused.stderr.count("\n") == 1
