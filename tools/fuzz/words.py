"""Cases of words: specs, settings, names, compositions and the words of a command line."""

import contextlib
import io
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import tomli_w
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy

from benchmark.cli.app import run_command
from benchmark.cli.outcome import OURS, YOURS, outcome
from benchmark.environment import choose_device
from benchmark.plain_text import one_line
from benchmark.spec import Spec, load_spec, spec_of, stored_spec
from benchmark.study.launch import resolve_variants
from ganzoo.hyperparameters import NAMES
from ganzoo.registry import known_parts, known_variants, sets
from reports.records.resolved_spec import to_toml
from tools.fuzz.sandbox import ViolationError, given

# What libraries lay into the home folder and /tmp where they are first imported is no case's doing.
for module in ("commands.sample", "commands.score", "tracking.saved_generator", "tracking.registry"):
    import_module(f"benchmark.{module}")
import_module("reports.output.write")
# What is likely to be taken for something else.
HOSTILE = (
    *(
        "",
        "..",
        "/",
        "../../escape",
        "~",
        "a\nb",
        "\x1b[2J",
        "\u202e",
        "a\0b",
        "\udcff",
        "-",
        "--",
        "-1",
        "%",
        "$\\frac$",
    ),
    *("nan", "inf", "-inf", "1e999", "true", "0x1f", "[]", "{}", "[[[", "''", '"', "paper", "all", "auto", "<script>"),
    *("x" * 300, "9" * 5000, "[" * 2000, "a." * 2000, "1979-05-27", "folder:~nouser/x", "cuda:99"),
)
TEXT = st.sampled_from(HOSTILE) | st.text(st.characters(codec=None), max_size=30)
WHOLE = st.integers(-3, 70) | st.integers() | st.sampled_from([2**31, 2**63, 2**64, 10**30, 10**400])
SCALAR = TEXT | WHOLE | st.floats() | st.booleans() | st.dates() | st.times()
VALUE: SearchStrategy[Any] = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
TABLES = {name: field.annotation for name, field in Spec.model_fields.items()}
KEYS = tuple(
    [*TABLES, "scale"]
    + [f"{table}.{key}" for table, kind in TABLES.items() for key in getattr(kind, "model_fields", {})]
    + [f"search.{name}{end}" for name in NAMES for end in ("", ".low", ".high", ".log", ".choices")]
    + [f"search.wgan.{name}" for name in NAMES]
)
KEY = st.sampled_from(KEYS) | TEXT | st.lists(TEXT, min_size=1, max_size=4).map(".".join)
PARTS = tuple(part for catalog in known_parts().kinds().values() for part in catalog)
NAME = st.sampled_from((*known_variants(), *sets(), *PARTS)) | TEXT
COMPOSITION = st.lists(st.sampled_from(PARTS), min_size=1, max_size=8).map("+".join)
WORDS = {
    "variants": (),
    "parts": (),
    "report": ("--study", "--set", "--store", "--variant", "--watch", "--output"),
    "compare": ("--study", "--set", "--output"),
    "sample": ("--study", "--set", "--images", "--walk", "--seed", "--output"),
    "register": ("--study", "--set"),
    "score": ("--against", "--split", "--protocol", "--set", "--device", "--seed"),
}


def _setting(source: DataObject) -> str:
    return f"{source.draw(KEY)}={_word(source.draw(VALUE))}"


def _word(value: Any) -> str:
    """A value in TOML, or as a person would write it who knows none."""
    try:
        return tomli_w.dumps({"v": value}).partition("=")[2].strip()
    except (ValueError, TypeError, RecursionError):
        return str(value)


def _used(spec: Spec) -> None:
    """What a study does with a spec before it trains anything."""
    if stored_spec(spec.model_dump_json()) != spec:
        raise ViolationError(f"a spec that is not read back as it was written: {spec!r}")
    if load_spec(str(given(Path("again.toml"), to_toml(spec).encode())), Path("studies")).study_id != spec.study_id:
        raise ViolationError(f"a spec whose TOML is another study: {spec!r}")
    resolve_variants([], spec)
    _ = spec.rules, spec.ranked_by


def settings(source: DataObject) -> None:
    """A study with some settings, `--set KEY=VALUE`."""
    overrides = tuple(_setting(source) for _ in range(source.draw(st.integers(1, 4))))
    _used(spec_of({"name": "fuzz", "dataset": "digits", "variants": ["wgan"]}, overrides, "--set"))


def files(source: DataObject) -> None:
    """A spec in a file: tables of a spec with odd values, or any text, or any bytes."""
    tables = st.dictionaries(st.sampled_from(tuple(TABLES)) | TEXT, VALUE | st.dictionaries(KEY, VALUE, max_size=5))
    content = source.draw(
        tables.map(lambda values: "\n".join(f"{key} = {_word(value)}" for key, value in values.items()))
        | TEXT
        | st.binary(max_size=200)
    )
    raw = content if isinstance(content, bytes) else content.encode(errors="surrogatepass")
    _used(load_spec(str(given(Path("spec.toml"), raw)), Path("studies")))


def names(source: DataObject) -> None:
    """Names of studies, variants and devices."""
    spec = spec_of({"name": "fuzz", "dataset": "digits"}, (), "--set")
    lookups = (
        lambda: load_spec(source.draw(TEXT), Path("studies")),
        lambda: resolve_variants(source.draw(st.lists(NAME, max_size=3)), spec),
        lambda: choose_device(source.draw(TEXT | st.sampled_from(("cpu", "cuda", "mps", "xla:1", "meta")))),
    )
    source.draw(st.sampled_from(lookups))()


def compositions(source: DataObject) -> None:
    """Parts with + between: a variant that goes by the same name again, or a line that says why not."""
    spec = spec_of({"name": "fuzz", "dataset": "digits"}, (), "--set")
    name = source.draw(COMPOSITION | st.lists(NAME, min_size=1, max_size=5).map("+".join))
    for variant in resolve_variants([name], spec):
        if resolve_variants([variant.name], spec) != [variant]:
            raise ViolationError(f"{name!r} is {variant.name!r}, which is another variant")


def arguments(source: DataObject) -> None:
    """The words of a command line of commands that train nothing, in a folder where nothing ran."""
    command = source.draw(st.sampled_from(tuple(WORDS)))
    # No folder that is there: a walk through all of a machine's files is no case of words.
    words = [command, *source.draw(st.lists(TEXT.map("nosuch{}".format) if command == "score" else TEXT, max_size=2))]
    for option in source.draw(st.lists(st.sampled_from(WORDS[command] or ("--help",)), max_size=3)):
        words += [option, _setting(source) if option == "--set" else source.draw(TEXT | WHOLE.map(str))]
    code, said = _commanded(words)
    lines = said.splitlines()
    if code == OURS or (code == YOURS and (len(lines) != 1 or one_line(said[:-1]) != said[:-1])):
        raise ViolationError(f"{words!r}: exit code {code}: {said}")


def _commanded(words: list[str]) -> tuple[int, str]:
    before, sys.argv = sys.argv, ["ganbench", *words]
    try:
        with contextlib.redirect_stderr(io.StringIO()) as errors, contextlib.redirect_stdout(io.StringIO()):
            return outcome(run_command), errors.getvalue()
    finally:
        sys.argv = before


CASES = {
    "settings": settings,
    "files": files,
    "names": names,
    "compositions": compositions,
    "arguments": arguments,
}
