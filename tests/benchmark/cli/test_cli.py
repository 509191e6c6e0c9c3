"""The console command, through its own `main`: what it prints, draws and refuses, and how it ends."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ganzoo.registry import VARIANTS

GANBENCH = Path(sys.executable).parent / "ganbench"
Command = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--variant", "wgam"), f"unknown variant 'wgam': did you mean 'wgan'? Known: {', '.join(VARIANTS)}"),
        (("--variant", "mlp+hing"), "variant 'mlp+hing': unknown part 'hing': did you mean 'hinge'? Known: dcgan, "),
        (("--variant", "mlp+hinge,mlp+began"), "variant 'mlp+began' makes no sense: began needs a discriminator that "),
        (("--study", "tini"), "no study spec '{studies}/tini.toml': did you mean 'tiny'? known in {studies}: tiny"),
        (("--study", "no/such.toml"), "no study spec 'no/such.toml': known in {studies}: tiny"),
        (("--set", "budget.trials"), "--set 'budget.trials': must be KEY=VALUE, as in budget.trials=16"),
        (("--set", "budget.trails=3"), "--set: unknown key 'budget.trails'; known: trials, "),
        (("--set", "budget.trials=0"), "--set budget.trials = 0: "),
        (("--set", "score.final_metrics=blur"), "--set score.final_metrics: unknown metric 'blur': did you mean "),
        (("--set", "budget.discriminator_steps=5"), "{studies}/tiny.toml: budget.rungs: [10] must not exceed "),
        (("--set", "dataset=digit"), "unknown dataset 'digit': did you mean 'digits'? Known: digits, "),
        (("--set", "resolution=9", "--variant", "dcgan"), "variant 'dcgan': no images of side 9; it takes "),
        (("--device", "tpu9"), "device 'tpu9': not found here; there is cpu"),
        (("--storage", "nosuch://x"), "OPTUNA_STORAGE = 'nosuch://x': "),
    ],
)
def test_what_a_person_gets_wrong_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], message: str, ganbench: Command, studies: Path
) -> None:
    study = () if "--study" in arguments else ("--study", "tiny")
    code, out, err = ganbench("run", *study, *arguments)
    assert code == 2
    assert err.startswith("ganbench: " + message.format(studies=studies))
    assert len(err.splitlines()) == 1
    assert out == ""
    if not {"tpu9", "nosuch://x"} & set(arguments):
        assert not (studies.parent / "runs").exists()


@pytest.mark.parametrize("arguments", [("--workers", "-1"), ("--workers", "two"), ("--nonsense",)])
def test_options_that_do_not_parse_end_with_2(arguments: tuple[str, ...], ganbench: Command, studies: Path) -> None:
    code, _, err = ganbench("run", "--study", "tiny", *arguments)
    assert code == 2
    assert arguments[0] in err


def test_the_installed_script_is_that_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [GANBENCH, "report", "--study", "nowhere"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    expected = (
        f"ganbench: no study spec '{tmp_path}/studies/nowhere.toml': known in {tmp_path}/studies: none; shipped: "
    )
    assert done.stderr.startswith(expected)
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
