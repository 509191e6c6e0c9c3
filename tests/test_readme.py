"""Every command in README.md runs. What downloads runs up to the message that says so; what trains, on a tiny study."""

import contextlib
import filecmp
import os
import re
import shutil
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from optuna import get_all_study_names
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from PIL import Image
from readme_commands import README, ROOT, Checkout, on_a_tiny_study, readme_commands

TINY = " ".join(
    f"--set {setting}"
    for setting in (
        *("budget.trials=1", "budget.discriminator_steps=2", "budget.rungs=2", "cohort.size=1"),
        *("final.seeds=2", "final.most_seeds=2", "final.images=64", "final.candidates=1"),
        *("score.images=64", "score.kid_subset_size=32"),
    )
)
REPORTED = r"Report: .*index\.html"
NO_NETWORK = r"ganbench: .*(download|network)"


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


def studied(checkout: Checkout) -> None:
    """There is a finished study, of the two variants that are asked for by name."""
    marked = checkout.root / "studied"
    if not marked.exists():
        done = checkout.run(on_a_tiny_study("make bench", TINY, f"VARIANT={DCGAN}"))
        assert done.code == 0, done.output
        marked.touch()


def photos(checkout: Checkout) -> None:
    """There is a folder of pictures of several sizes in three classes."""
    draw = np.random.RandomState(0)
    for number in range(360):  # of which a tenth is more than the fewest that are scored against
        folder = checkout.root / "photos" / ("cats", "dogs", "birds")[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        pixels = draw.randint(0, 256, (24 + number % 5, 30, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")


def samples(checkout: Checkout) -> None:
    """Somebody's program wrote images, as many as the protocol asks for, and there are real ones."""
    pixels = np.random.RandomState(0).randint(0, 256, (64, 32, 32, 3)).astype(np.uint8)
    for name, count in (("samples", 10_000), ("folder_of_real_images", 64)):
        folder = checkout.root / name
        folder.mkdir(exist_ok=True)
        for number in range(count):
            file = folder / f"{number:05d}.png"
            if number < len(pixels):
                Image.fromarray(pixels[number]).save(file)
            elif not file.exists():
                os.link(folder / f"{number % len(pixels):05d}.png", file)
    np.savez(checkout.root / "samples.npz", pixels)


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


def two_stores(checkout: Checkout) -> None:
    """Runs from before and after a change."""
    studied(checkout)
    for name in ("a", "b"):
        shutil.copytree(checkout.root / "runs", checkout.root / name / "runs", dirs_exist_ok=True)


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


def interrupted(command: str) -> str:
    """The same, ended by Ctrl-C once it has said that it is there."""
    return f"interrupt {command}"


def free_port() -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


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


def until_it_says(pattern: str, command: str, checkout: Checkout) -> str:
    """What a command that goes on for ever printed until it said something, when it was ended by Ctrl-C."""
    process, said = checkout.start(command), ""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            said += line
            if re.search(pattern, said):
                break
    finally:
        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert "Traceback" not in rest
    return said + rest
