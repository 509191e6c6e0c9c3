"""Every command in README.md runs. What downloads runs up to the message that says so; what trains, on a tiny study."""

import filecmp
import re
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


def samples_and_photos(checkout: Checkout) -> None:
    """There are two folders of images."""
    samples(checkout)
    photos(checkout)


def documentation_is_as_committed(checkout: Checkout) -> None:
    names = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/zoo").iterdir()]
    _, different, missing = filecmp.cmpfiles(ROOT, checkout.root, names, shallow=False)
    assert not [*different, *missing]


def only_the_environment_is_gone(checkout: Checkout) -> None:
    assert not (checkout.root / ".venv").exists()
    assert (checkout.root / "studies").is_dir()
    checkout.lend_environment()  # for the commands that come after


def journal_holds_the_searches(checkout: Checkout) -> None:
    """What Optuna's dashboard, a package of its own, opens."""
    journal = JournalStorage(JournalFileBackend(str(checkout.root / "runs/optuna.journal")))
    assert any(name.endswith("/dcgan") for name in get_all_study_names(journal))


DCGAN = "dcgan,gan-mlp"
REFUSED = README.split("VARIANT=dcgan+wasserstein\n")[1].split("\n")[0]  # what the README says that it says
WAYS = {
    "git clone … && cd ganbench": Way(
        lambda command: command.replace("…", f"-q {ROOT} ganbench") + " && test -f Makefile", before=of_a_repository
    ),
    "make bench": tiny(DCGAN, says=REPORTED),
    "make bench STUDY=images ARGS='--set dataset=folder:photos'": tiny("gan-mlp", before=photos, says=REPORTED),
    ".venv/bin/ganbench train gan-mlp --preset paper --dataset digits": Way(
        lambda command: f"{command} --epochs 1", says="D\\(x\\)"
    ),
    "make bench VARIANT=all": tiny(more="--set budget.batch_size=4 --set final.seeds=1", says=REPORTED),
    "make bench VARIANT=wgan,resnet+hinge+r1": tiny(says=REPORTED),
    "make bench STUDY=mnist DEVICE=cuda": Way(code=2, says=rf"{NO_NETWORK}|ganbench: device 'cuda': not found here"),
    "make bench STUDY=mnist WORKERS=ray": Way(
        code=2,
        says=r"ganbench: --workers ray: (Ray is not installed: pip install|no Ray cluster answers: there is none)",
    ),
    "make bench ARGS='--set budget.trials=16 --set score.metrics=fid,kid'": tiny("gan-mlp", says=r"\b18 runs"),
    "make bench ARGS='--set final.most_seeds=96'": tiny("gan-mlp", says=REPORTED),
    "make bench STUDY=lucic2018-triangles SCALE=0.01": Way(
        lambda command: f"{command} SCALE=0.0001 VARIANT=ns-gan", says=REPORTED
    ),
    "make suite SUITE=embedded": Way(lambda command: f"{command} SCALE=0.02 VARIANT=gan-mlp", says="Suite: "),
    "make smoke": Way(lambda command: f"{command} VARIANT={DCGAN}", says=REPORTED),
    "make report": tiny(before=studied, says=REPORTED),
    "make watch": Way(lambda command: interrupted(on_a_tiny_study(command, TINY)), studied, says=r"written every 30 s"),
    "make compare BEFORE=a/runs AFTER=b/runs": tiny(before=two_stores, says="Code before: "),
    "make ui": Way(
        lambda command: interrupted(on_a_tiny_study(command, TINY, f"PORT={free_port()}")),
        before=studied,
        says="Ctrl-C ends it",
    ),
    "make doctor": Way(says="what to do"),
    "make perf": tiny("gan-mlp", "--racers= --cohorts= --trials= --repeats=1", says="gan-mlp"),
    # It is what runs this test, so that it is only asked what it would run.
    "make test": Way(lambda command: f"{command} --dry-run", says=r"(?s)ruff check.*mypy.*lint-imports.*pytest"),
    "make site": Way(says=r"Site: runs/site/index\.html"),
    "make help": Way(says="fuzz +Try inputs"),
    "ganbench run --study smoke": tiny(more="--variant gan-mlp", says=REPORTED),
    "ganbench init mine": Way(says=r"mine\.toml"),
    "ganbench prune --dry-run": tiny(before=studied, says="MB"),
    ".venv/bin/ganbench score samples/ --against photos/ --set score.extractor=pixels --set resolution=32": Way(
        before=samples_and_photos, says="KID|kid"
    ),
    "ganbench variants": Way(says="wgan-gp"),
    "make bench VARIANT=dcgan-plain+wasserstein+gp,dcgan-plain+wasserstein+spectral-norm": tiny(says=REPORTED),
    "make bench VARIANT=dcgan+wasserstein": Way(code=2, says=re.escape(REFUSED)),
}
# Targets that `make help` names, and what docs/studies.md says of the journal.
BESIDES = {
    "make docs": Way(after=documentation_is_as_committed),
    "make test-long": Way(lambda command: f"{command} --dry-run", says="pytest -n auto -m long"),
    "make clean": Way(after=only_the_environment_is_gone),
    "true": Way(before=studied, after=journal_holds_the_searches),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return Checkout(tmp_path_factory.mktemp("readme") / "ganbench")


def test_no_command_is_forgotten() -> None:
    assert sorted(readme_commands()) == sorted(WAYS)


@pytest.mark.long
def test_its_python_runs(checkout: Checkout) -> None:
    studied(checkout)
    (code,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    overrides = dict(setting.partition("=")[::2] for setting in TINY.replace("--set ", "").split())
    less = code.replace("steps=300", "steps=2").replace(
        'load_study("digits")', f'load_study("digits", set={overrides})'
    )
    (checkout.root / "snippet.py").write_text(less, encoding="utf-8")
    done = checkout.run(".venv/bin/python snippet.py")
    assert done.code == 0, done.output
    assert "dcgan" in done.output


@pytest.mark.long
@pytest.mark.parametrize("command", [*WAYS, *BESIDES])
def test_a_command_of_the_readme_runs(command: str, checkout: Checkout) -> None:
    way = (WAYS | BESIDES)[command]
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
