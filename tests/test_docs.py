"""Every snippet of docs/ runs: files are written, Python executed, specs loaded, commands typed in a checkout."""

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from page_snippets import ROOT, Block, blocks, commands, givens, page, pages, spans, write
from pymdownx.slugs import slugify
from readme_commands import INSTALLED, Checkout, on_a_tiny_study, readme_commands
from sittings import TINY, another_study, free_port, other_machine, photos, samples, studied, two_stores, until_it_says

from benchmark.cli.app import app
from benchmark.spec import load_spec
from benchmark.spec.suite import load_suite

LANGUAGES = {"console", "python", "toml", "text"}
# What pages say in hidden comments, and how it comes about.
GIVENS: dict[str, Callable[[Checkout], None]] = {
    "some minutes": lambda _: None,
    "a finished study": studied,
    "a folder of photos": photos,
    "images of another program": samples,
    "another study": another_study,
    "runs of another machine": other_machine,
    "runs from before and after a change": two_stores,
}
# What goes on until Ctrl-C, and what it says when it is there.
FOREVER = {
    "make ui": ("Ctrl-C ends it", lambda: f" PORT={free_port()}"),
    "ganbench ui": ("Ctrl-C ends it", lambda: f" --port {free_port()}"),
    "make watch": ("written every 30 s", str),
    "make site-serve": ("Serving on", lambda: f" SITE_PORT={free_port()}"),
}
# Commands on a study, which is made tiny; a share of one (SCALE) is small already.
OF_A_STUDY = re.compile(
    r"^(make (bench|report|watch|compare|ui|perf)"
    r"|(\.venv/bin/)?ganbench (run|report|sample|register|sync|compare|ui))\b"
)
LESS = {
    "--racers core --pruning on": "--racers gan-mlp --repeats 1 --pruning on",
    "--pruning off": "--racers gan-mlp --repeats 1 --pruning off",
    "most_seeds=96": "most_seeds=3",
}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
# Pages that add a file to the tree, and a line by which it is found.
ADDING = [name for name in pages() if any(block.is_added for block in blocks(page(name)))]
SLUG = slugify(case="lower")
EVERY_PAGE = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EVERY_PAGE += sorted((ROOT / "examples").glob("*/README.md"))


def typed(line: str, checkout: Checkout) -> str:
    """A command as it is run here: on a tiny study, and into a folder of its own in place of the shared environment."""
    if "/pip install" in line:  # without a network: what builds it and what it needs are there
        own = f"--target {checkout.root / INSTALLED} --no-deps --no-build-isolation --no-index"
        return line.replace("pip install", f"pip install --quiet {own}")
    for much, less in LESS.items():
        line = line.replace(much, less)
    is_long = OF_A_STUDY.match(line) and "SCALE=" not in line and "--dry-run" not in line
    return on_a_tiny_study(line, TINY) if is_long else line


def follow(name: str, checkout: Checkout) -> None:
    """Do what a page says, from top to bottom; Python between two commands is one program."""
    text, script = page(name), ""
    for given in givens(text):
        GIVENS[given](checkout)
    for block in blocks(text):
        if block.reason:
            continue
        if block.title:
            write(block, checkout.root)
        elif block.language == "python":
            script += f"{block.text}\n"
        for command in commands(block) if block.language == "console" else ():
            execute(script, checkout)
            script = ""
            type_it(command.line, command.refusal, checkout)
    execute(script, checkout)


def execute(script: str, checkout: Checkout) -> None:
    if script:
        (checkout.root / "snippet.py").write_text(script, encoding="utf-8")
        done = checkout.run("PYTHONPATH=$PYTHONPATH:my-package .venv/bin/python snippet.py")
        assert done.code == 0, done.output


def type_it(line: str, refusal: str, checkout: Checkout) -> None:
    name = " ".join(line.split()[:2])
    if name in FOREVER:
        says, more = FOREVER[name]
        assert says in until_it_says(re.escape(says), typed(line, checkout) + more(), checkout), line
        return
    done = checkout.run(typed(line, checkout))
    assert done.code == (2 if refusal else 0), f"{line}\n{done.output}"
    assert "Traceback" not in done.output
    assert refusal in done.output, f"{line}\n{done.output}"


def of_kind(name: str, language: str) -> list[Block]:
    return [block for block in blocks(page(name)) if block.language == language and not block.reason]


@pytest.mark.parametrize("name", pages())
def test_every_block_says_what_it_is(name: str) -> None:
    found = blocks(page(name))
    assert len(re.findall(r"^```", page(name), re.MULTILINE)) == 2 * len(found)
    assert {block.language for block in found} <= LANGUAGES
    assert set(givens(page(name))) <= GIVENS.keys()
    assert [block.text for block in found if block.language == "console" and not commands(block)] == []


def test_what_is_not_run_is_little_and_says_why() -> None:
    reasons = sorted(f"{name}: {block.reason}" for name in pages() for block in blocks(page(name)) if block.reason)
    assert reasons == [
        "add/variant.md: needs CelebA's files",
        "cluster.md: needs Slurm",
        "cluster.md: needs several machines",
        "performance.md: needs a GPU",
        "replay.md: takes far longer than a test may",
        "servers.md: needs PostgreSQL",
        "servers.md: needs a network and passwords",
        "servers.md: needs a network and passwords",
        "servers.md: needs a server and its password",
        "studies.md: needs a network",
        "studies.md: needs a network",
        "suites.md: takes far longer than a test may; README.md's is run on a share",
        "verdict.md: takes far longer than a test may",
    ]


@pytest.mark.parametrize("name", [name for name in pages() if of_kind(name, "python") and not givens(page(name))])
def test_python_runs(name: str, tmp_path: Path) -> None:
    checkout = Checkout(tmp_path / "ganbench")
    scripts = []
    for block in blocks(page(name)):
        if block.title and not block.reason:
            write(block, checkout.root)
        elif block.language == "python" and not block.reason:
            scripts.append(block.text)
    scripts += [f"import {file.stem}\n" for file in checkout.root.glob("my-package/*.py")]
    execute("\n".join(scripts), checkout)


@pytest.mark.parametrize("name", [name for name in pages() if of_kind(name, "toml")])
def test_toml_is_a_spec_or_a_piece_of_one_or_of_a_package(name: str, tmp_path: Path) -> None:
    known = set(
        re.findall(r"`(gan(?:zoo|bench)\.\w+)`", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))
    )
    for block in of_kind(name, "toml"):
        found = tomllib.loads(block.text)
        if "project" in found:
            assert found["project"].get("entry-points", {}).keys() <= known
            continue
        if "studies" in found:
            (tmp_path / "suite.toml").write_text(block.text, encoding="utf-8")
            suite = load_suite(str(tmp_path / "suite.toml"), tmp_path)
            assert all(load_spec(each.study, tmp_path, each.set).study_id for each in suite.studies)
            continue
        whole = block.text if "name" in found else f'name = "piece"\ndataset = "digits"\n{block.text}'
        (tmp_path / "spec.toml").write_text(whole, encoding="utf-8")
        assert load_spec(str(tmp_path / "spec.toml"), tmp_path).study_id


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in pages() if of_kind(name, "console") or givens(page(name))])
def test_a_page_can_be_followed(name: str, tmp_path: Path) -> None:
    follow(name, Checkout(tmp_path / "ganbench"))


@pytest.mark.parametrize("file", EVERY_PAGE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_what_commands_set_goes_with_their_study(file: Path) -> None:
    """Commands of studies run on tiny ones elsewhere, which would hide values that do not go with the study's own."""
    for line in readme_commands(file.read_text(encoding="utf-8")):
        if not line.startswith("make bench ") or "ARGS=" not in line:
            continue
        given = dict(word.split("=", 1) for word in shlex.split(line)[2:])
        overrides = tuple(re.findall(r"--set ['\"]?([^'\"\s]+)", given["ARGS"]))
        study = given.get("STUDY", "digits")
        shipped = study if (ROOT / f"studies/{study}.toml").is_file() else "digits"  # what `ganbench init` begins as
        assert load_spec(shipped, ROOT / "studies", overrides, stored=True).study_id  # pages add metrics of their own


def added(names: list[str], root: Path) -> Checkout:
    """A checkout with what pages add to it."""
    checkout = Checkout(root / "ganbench")
    for block in (block for name in names for block in blocks(page(name)) if block.title and not block.reason):
        write(block, checkout.root)
    return checkout


@pytest.mark.long
@pytest.mark.parametrize("name", ADDING)
def test_what_a_page_adds_passes_the_tests_that_the_page_names(name: str, tmp_path: Path) -> None:
    typed_in = [command.line for block in of_kind(name, "console") for command in commands(block)]
    (asked,) = [line for line in typed_in if "-m pytest" in line]
    done = added([name], tmp_path).run(asked)
    assert done.code == 0, done.output
    assert " passed" in done.output


@pytest.mark.long
@pytest.mark.parametrize("line", ["ruff check .", "ruff format --check .", "mypy"])
def test_what_pages_add_passes_what_make_test_begins_with(line: str, tmp_path: Path) -> None:
    done = added(ADDING, tmp_path).run(f".venv/bin/{line}")
    assert done.code == 0, done.output


def options(words: list[str]) -> Iterator[str]:
    """What options ganbench is called with, ARGS of make included."""
    yield from (word.partition("=")[0] for word in words if re.fullmatch(r"--[a-z][\w-]*(=.*)?", word))


@pytest.mark.parametrize("name", [name for name in pages() if spans(page(name))])
def test_what_stands_in_the_prose_is_there(name: str) -> None:
    group = typer.main.get_command(app)
    for span in spans(page(name)):
        words = span.removeprefix(".venv/bin/").split()
        if words[0] == "make":
            targets = [word for word in words[1:] if re.fullmatch(r"[a-z-]+", word)][:1]
            assert set(targets) <= TARGETS, span
            continue
        words = [word for word in words if word not in ("--root", "DIR")]
        if words[1] == "COMMAND":
            continue
        command = group.commands[words[1]]  # type: ignore[attr-defined]
        if hasattr(command, "commands"):
            command, words = command.commands[words[2]], words[1:]
        assert set(options(words[2:])) <= {each for option in command.params for each in option.opts}, span


def anchors(text: str) -> set[str]:
    """What the headings of a page are linked by."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {SLUG(re.sub(r"\[([^]]*)\]\([^)]*\)|`", r"\1", heading), "-") for heading in headings}


@pytest.mark.parametrize("file", EVERY_PAGE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(file: Path) -> None:
    text = re.sub(r"^```.*?^```", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        if re.match(r"[a-z]+:", link):
            assert re.fullmatch(r"https://[\w.-]+\.[a-z]+(/[\w./%~+-]*)?(#[\w.-]+)?", link), link
            continue
        target, _, anchor = link.partition("#")
        found = file if not target else file.parent / target
        assert found.is_file(), link
        assert not anchor or anchor in anchors(found.read_text(encoding="utf-8")), link
