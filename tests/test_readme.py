"""Every command in README.md runs. What downloads runs up to the message that says so; what trains, on a tiny study."""

import filecmp
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from optuna import get_all_study_names
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from readme_commands import README, ROOT, Checkout, on_a_tiny_study, readme_commands
from sittings import (
    NO_NETWORK,
    REPORTED,
    TINY,
    free_port,
    interrupted,
    photos,
    samples,
    studied,
    two_stores,
    until_it_says,
)


@dataclass(frozen=True)
class Way:
    """How a command is run here.

    Attributes:
        becomes: The same command, on less.
        before: What a reader has done by then.
        code: Its exit code.
        says: What it prints, as a pattern.
        after: What is looked at then.
    """

    becomes: Callable[[str], str] = str
    before: Callable[[Checkout], None] = lambda _: None
    code: int = 0
    says: str = ""
    after: Callable[[Checkout], None] = lambda _: None


def tiny(variant: str = "", more: str = "", variables: str = "", **way: object) -> Way:
    """A study that takes seconds: of some variants, where the command names none, and two updates."""
    chosen = f"{variables} VARIANT={variant}" if variant else variables
    return Way(becomes=lambda command: on_a_tiny_study(command, f"{TINY} {more}".strip(), chosen), **way)  # type: ignore[arg-type]


def of_a_repository(checkout: Checkout) -> None:
    """There is something to clone."""
    if not (ROOT / ".git").exists():
        pytest.skip("these files are no git repository")


def total_variation(checkout: Checkout) -> None:
    """The README's own file, and the README's own line."""
    (code,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    (line,) = re.findall(r"^```\n(from ganzoo.losses.*?)^```", README, re.MULTILINE | re.DOTALL)
    (checkout.root / "ganzoo/losses/total_variation.py").write_text(code, encoding="utf-8")
    catalog = checkout.root / "ganzoo/losses/__init__.py"
    catalog.write_text(catalog.read_text(encoding="utf-8") + line, encoding="utf-8")


def no_other_loss(checkout: Checkout) -> None:
    """For the commands that come after."""
    (checkout.root / "ganzoo/losses/total_variation.py").unlink()
    shutil.copy(ROOT / "ganzoo/losses/__init__.py", checkout.root / "ganzoo/losses/__init__.py")


def registered(checkout: Checkout) -> None:
    """The two commands before it in its block."""
    studied(checkout)
    for command in readme_commands():
        if command.startswith(".venv/bin/ganbench register"):
            assert checkout.run(on_a_tiny_study(command, TINY)).code == 0
        if command.startswith("echo "):
            assert checkout.run(command).code == 0


def documentation_is_as_committed(checkout: Checkout) -> None:
    names = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/zoo").iterdir()]
    _, different, missing = filecmp.cmpfiles(ROOT, checkout.root, names, shallow=False)
    assert not [*different, *missing]


def only_the_environment_is_gone(checkout: Checkout) -> None:
    assert not (checkout.root / ".venv").exists()
    assert (checkout.root / "studies").is_dir()
    checkout.lend_environment()  # for the commands that come after


def journal_holds_the_searches(checkout: Checkout) -> None:
    """What the dashboard, a package of its own, opens."""
    journal = JournalStorage(JournalFileBackend(str(checkout.root / "runs/optuna.journal")))
    assert any(name.endswith("/dcgan") for name in get_all_study_names(journal))


DCGAN = "dcgan,gan-mlp"
REFUSED = README.split("VARIANT=dcgan+wasserstein\n")[1].split("\n")[0]  # what the README says that it says
WAYS = {
    "git clone … && cd ganbench": Way(
        lambda command: command.replace("…", f"-q {ROOT} ganbench") + " && test -f Makefile", before=of_a_repository
    ),
    "make bench": tiny(DCGAN, says=REPORTED),
    "make bench VARIANT=all": tiny(more="--set budget.batch_size=4 --set final.seeds=1", says=REPORTED),
    "make bench VARIANT=wgan,resnet+hinge+r1": tiny(says=REPORTED),
    "make bench STUDY=mnist DEVICE=cuda": Way(code=2, says=rf"{NO_NETWORK}|ganbench: device 'cuda': not found here"),
    "make bench ARGS='--set budget.trials=16 --set score.metrics=fid,kid'": tiny("gan-mlp", says=r"\b18 runs"),
    "make bench ARGS='--set final.most_seeds=96'": tiny("gan-mlp", says=REPORTED),
    "make bench STUDY=lucic2018-triangles SCALE=0.01": Way(
        lambda command: f"{command} SCALE=0.0001 VARIANT=ns-gan", says=REPORTED
    ),
    "make smoke": Way(lambda command: f"{command} VARIANT={DCGAN}", says=REPORTED),
    "make perf": tiny("gan-mlp", "--racers= --cohorts= --trials= --repeats=1", says="gan-mlp"),
    "make report": tiny(before=studied, says=REPORTED),
    "make watch": Way(lambda command: interrupted(on_a_tiny_study(command, TINY)), studied, says=r"written every 30 s"),
    "make compare BEFORE=a/runs AFTER=b/runs": tiny(before=two_stores, says="Code before: "),
    "make ui": Way(
        lambda command: interrupted(on_a_tiny_study(command, TINY, f"PORT={free_port()}")),
        before=studied,
        says="Ctrl-C ends it",
    ),
    "make doctor": Way(says="what to do"),
    "make docs": Way(after=documentation_is_as_committed),
    # It is what runs this test, so that it is only asked what it would run.
    "make test": Way(lambda command: f"{command} --dry-run", says=r"(?s)ruff check.*mypy.*lint-imports.*pytest"),
    "make test-long": Way(lambda command: f"{command} --dry-run", says="pytest -n auto -m long"),
    "make clean": Way(after=only_the_environment_is_gone),
    ".venv/bin/ganbench register dcgan": tiny(before=studied, says="digits-dcgan"),
    """echo '{"dataframe_records": [{"seed": 0}, {"seed": 1}]}' > seeds.json""": Way(),
    "MLFLOW_TRACKING_URI=sqlite:///runs/mlflow.db .venv/bin/mlflow models predict -m models:/digits-dcgan/1 "
    "--env-manager local -i seeds.json": Way(before=registered, says="predictions"),
    "pip install optuna-dashboard": Way(code=1, says="No matching distribution found for optuna-dashboard"),
    "optuna-dashboard runs/optuna.journal --host 127.0.0.1": Way(
        lambda command: "true" if shutil.which("optuna-dashboard") is None else interrupted(command),
        studied,
        after=journal_holds_the_searches,
    ),
    "make bench VARIANT=resnet+hinge+r1": tiny(says=REPORTED),
    "make bench VARIANT=dcgan-plain+wasserstein+gp,dcgan-plain+wasserstein+lp,"
    "dcgan-plain+wasserstein+spectral-norm": tiny(says=REPORTED),
    "make bench VARIANT=dcgan+non-saturating+diffaugment-translation+ema": tiny(says=REPORTED),
    "make bench VARIANT=dcgan+wasserstein": Way(code=2, says=re.escape(REFUSED)),
    "make bench VARIANT=dcgan+total-variation": tiny(before=total_variation, says=REPORTED, after=no_other_loss),
    "make bench STUDY=images ARGS='--set dataset=folder:photos'": tiny("gan-mlp", before=photos, says=REPORTED),
    ".venv/bin/ganbench score samples/ --against cifar10 --protocol kurach2019": Way(
        before=samples, code=2, says=NO_NETWORK
    ),
    ".venv/bin/ganbench score samples.npz --against folder_of_real_images/ --set score.extractor=inception-v3-compat "
    "--output scores.json": Way(before=samples, code=2, says=NO_NETWORK),
    "ganbench variants": Way(says="wgan-gp"),
    "ganbench parts": Way(says="hinge"),
    "ganbench sync --study NAME": Way(
        lambda command: on_a_tiny_study(command.replace("NAME", "digits"), TINY),
        studied,
        says="MLflow has the records of all",
    ),
    "ganbench sample dcgan": tiny(before=studied, says=r"64 images: runs/samples\.png"),
    "ganbench score --cross-check": Way(
        lambda command: f"{command} samples.npz --against folder_of_real_images --set score.extractor=pixels",
        samples,
        says="torchmetrics .* agrees: FID",
    ),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("readme") / "ganbench")


def test_no_command_is_forgotten() -> None:
    assert sorted(readme_commands()) == sorted(WAYS)


@pytest.mark.long
@pytest.mark.parametrize("command", WAYS)
def test_a_command_of_the_readme_runs(command: str, checkout: Checkout) -> None:
    way = WAYS[command]
    way.before(checkout)
    typed = way.becomes(command)
    if typed.startswith("interrupt "):
        said = until_it_says(way.says, typed.removeprefix("interrupt "), checkout)
        assert re.search(way.says, said), said
        return
    done = checkout.run(typed)
    assert done.code == way.code, done.output
    assert "Traceback" not in done.output
    assert re.search(way.says, done.output), done.output
    way.after(checkout)
