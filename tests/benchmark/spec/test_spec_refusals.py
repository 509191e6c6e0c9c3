"""What the study spec refuses: always one line that names the file, the key, the value and what is allowed."""

import re
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.spec import load_spec
from ganzoo.hyperparameters import NAMES

MINIMAL = 'name = "digits"\ndataset = "digits"\n'


def write(folder: Path, text: str, name: str = "digits") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str, *overrides: str) -> str:
    """The error's one line, without the file that it must begin with, or without that it is one of the overrides."""
    message = whole_refusal(folder, text, *overrides)
    origins = (f"{folder / 'digits.toml'}: ", *(["--set: ", "--set "] if overrides else []))
    origin = next(each for each in origins if message.startswith(each))
    return message.removeprefix(origin)


def whole_refusal(folder: Path, text: str, *overrides: str) -> str:
    """The error's one line."""
    write(folder, text)
    with pytest.raises(UserError) as raised:
        load_spec("digits", folder, overrides)
    message = str(raised.value)
    assert "\n" not in message
    return message


# What a line of TOML is refused with: the key, the value, and what is allowed.
WRONG_VALUES = [
    ('name = "Digits 1"', "name = 'Digits 1': ", "pattern"),
    ("name = 3", "name = 3: ", "string"),
    ("seed = -1", "seed = -1: ", "greater than or equal to 0"),
    ("seed = 1.5", "seed = 1.5: ", "must be a whole number"),
    ("resolution = -8", "resolution = -8: ", "greater than or equal to 0"),
    ("budget = 3", "budget = 3: ", "must be a table of keys"),
    ("budget.trials = 0", "budget.trials = 0: ", "greater than or equal to 1"),
    ('budget.trials = "many"', "budget.trials = 'many': ", "must be a whole number"),
    ("budget.batch_size = 1", "budget.batch_size", "paper"),
    ('budget.batch_size = "papers"', "budget.batch_size", "whole number of 2 or more"),
    ("budget.rungs = [0]", "budget.rungs.0 = 0: ", "greater than or equal to 1"),
    ("budget.rungs = [250, 2000]", "budget.rungs", "[250, 2000] must not exceed discriminator_steps 1000"),
    ("budget.rungs = [2000.0]", "budget.rungs", "[2000] must not exceed discriminator_steps 1000"),
    ("final.seeds = 0", "final.seeds = 0: ", "greater than or equal to 1"),
    (
        "final.most_seeds = 5",
        "final: most_seeds = 5 is less than seeds = 6; must be 6 or more, as in --set final.m",
        "",
    ),
    ("budget.final_seeds = 5", "unknown key 'budget.final_seeds': it is final.seeds and final.most_seeds now", ""),
    ('final.settings = ["paper"]', "final: settings = ['paper']: must hold 'found'", ""),
    ("cohort.size = 0", "cohort.size = 0: ", "greater than or equal to 1"),
    (
        'cohort.method = "fast"',
        "cohort.method = 'fast': ",
        "'auto', 'stacked', 'parallel', 'channels-last' or 'looped'",
    ),
    ("pruner.percentile = 0", "pruner.percentile = 0: ", "greater than 0"),
    ("pruner.percentile = 101", "pruner.percentile = 101: ", "less than or equal to 100"),
    (
        'score.metrics = ["fids"]',
        "score.metrics.0: unknown metric 'fids': did you mean 'fid'?",
        "Known: fid, inception_score, kid, precision_recall, density_coverage, fid_infinity, fd-dinov2, mind, cmmd,",
    ),
    (
        'score.final_metrics = ["kids"]',
        "score.final_metrics.0: unknown metric 'kids': did you mean 'kid'?",
        "Known: fid,",
    ),
    ('score.metrics = ["kid"]', "score: objective 'fid' ", "needs metric 'fid' among metrics ['kid']"),
    (
        'score.objective = "recall"',
        "score.objective = 'recall': ",
        "'fid', 'kid', 'fid_infinity', 'fd_dinov2', 'mind', 'cmmd', 'memorisation', 'classes_kl', 'modes_kl', "
        "'manifold_error'",
    ),
    ('score.objective = "classes_kl"', "score: objective 'classes_kl' ", "needs metric 'class_coverage' among metrics"),
    ("score.images = 15", "score.images = 15: ", "greater than or equal to 16"),
    ('score.averaging = "on"', "score.averaging = 'on': ", "'recipe' or 'off'"),
    ('score.batch_norm = "eval"', "score.batch_norm = 'eval': ", "'accumulated' or 'running'"),
]


@pytest.mark.parametrize(("line", "key_and_value", "allowed"), WRONG_VALUES, ids=[line for line, *_ in WRONG_VALUES])
def test_a_wrong_value_is_refused(tmp_path: Path, line: str, key_and_value: str, allowed: str) -> None:
    key = line.split(" = ", maxsplit=1)[0]
    others = "".join(row for row in MINIMAL.splitlines(keepends=True) if not row.startswith(f"{key} ="))
    message = refusal(tmp_path, f"{others}{line}\n")
    assert message.startswith(key_and_value)
    assert allowed in message
    # A name in a list is told by the list's key, and values that do not go together by one of theirs: what was typed.
    told = re.sub(r"^([a-z_.]+)\.\d+: ", r"\1: ", message)
    told = told.replace(f"{key.partition('.')[0]}: ", f"{key}: ", 1)
    assert refusal(tmp_path, MINIMAL, line.replace(" = ", "=", 1)) == told


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (("score.final_metrics=blur",), "--set score.final_metrics: unknown metric 'blur': did you mean"),
        (("budget.rungs=[0]",), "--set budget.rungs.0 = 0: "),
        (("seed=1", "seed=-1"), "--set seed = -1: "),
        (("search.clip={lowest=1}",), "--set: unknown key 'search.clip.lowest'; known: low, high, log, choices"),
        (("budget.trails=3",), "--set: unknown key 'budget.trails'; known: trials, "),
        (("seed=1",), "{file}: budget.trials = 0: "),  # the file's own fault
        (
            ("budget.trials=2", "budget.discriminator_steps=200"),
            "{file}: budget.rungs: [100, 300] must not exceed discriminator_steps 200; "
            "--set budget.rungs=100,200 goes with it",
        ),
        (
            ("seed=1", "final.seeds=30", "budget.trials=2", "final.most_seeds=2"),
            "--set final.most_seeds: most_seeds = 2 is less than seeds = 30; must be 30 or more, as in",
        ),
        (
            ("budget.trials=2", "final.most_seeds=2", "final.error=0.1"),
            "--set final.most_seeds: most_seeds = 2 is less",
        ),
        (
            ("budget.trials=2", "score.objective=kid", "score.metrics=fid"),
            "--set score.metrics: objective 'kid' needs ",
        ),
        (
            ("budget.trials=2", "score.search_split=test", "final.images=64"),
            "--set final.images: final.images = 64: trials and final runs are both scored against test",
        ),
        (("budget.trials=2", "budget.discriminator_steps=50"), "{file}: budget.rungs: [100, 300] must not exceed "),
    ],
)
def test_what_was_typed_is_not_blamed_on_the_file(tmp_path: Path, overrides: tuple[str, ...], told: str) -> None:
    own = "budget.trials = 0\n" if overrides == ("seed=1",) else ""
    text = f"{MINIMAL}{own}budget.discriminator_steps = 300\nbudget.rungs = [100, 300]\n"
    assert whole_refusal(tmp_path, text, *overrides).startswith(told.format(file=tmp_path / "digits.toml"))


def test_values_of_the_file_alone_are_blamed_on_it(tmp_path: Path) -> None:
    told = whole_refusal(tmp_path, f"{MINIMAL}final.seeds = 3\nfinal.most_seeds = 2\n", "final.error=0.1", "seed=1")
    assert told.startswith(f"{tmp_path / 'digits.toml'}: final: most_seeds = 2 is less than seeds = 3; ")


def test_the_rungs_that_are_named_go_with_the_updates(tmp_path: Path) -> None:
    write(tmp_path, f"{MINIMAL}budget.discriminator_steps = 300\nbudget.rungs = [100, 300]\n")
    fewer = ("budget.discriminator_steps=200", "budget.rungs=[100,200]")
    assert load_spec("digits", tmp_path, fewer).budget.rungs == (100, 200)


@pytest.mark.parametrize(("line", "key_and_value"), [('variants = "wgan"', "variants = 'wgan'"), ("rungs = 250", "")])
def test_a_file_gives_a_list_as_one(tmp_path: Path, line: str, key_and_value: str) -> None:
    """On the command line a bare word or number will do."""
    table = "" if key_and_value else "[budget]\n"
    message = refusal(tmp_path, f"{MINIMAL}{table}{line}\n")
    assert message.startswith(f"{key_and_value or 'budget.rungs = 250'}: ")
    assert "tuple" in message


# What a range in [search] is refused with.
WRONG_RANGES = [
    ("lr_generator = { low = 1, high = 0.5 }", "lr_generator", "low < high"),
    ("lr_generator = { low = 1, high = 1 }", "lr_generator", "low < high"),
    ("lr_generator = { low = 0, high = 1, log = true }", "lr_generator", "low > 0 if log"),
    ("lr_generator = { low = 0, high = 1 }", "lr_generator", "must be a finite number > 0"),
    ("lr_generator = { low = 0.1 }", "lr_generator", "low < high"),
    ("lr_generator = { low = nan, high = 1 }", "lr_generator", "low < high"),
    ("lr_generator = { low = 1e-5, high = inf }", "lr_generator", "must be a finite number > 0"),
    ('lr_generator = { low = "small", high = 1 }', "lr_generator.low = 'small'", "number"),
    ("lr_generator = 1e-4", "lr_generator = 0.0001", "must be a table of keys"),
    ("beta1 = { choices = [] }", "beta1", "choices = [...] with one value or more"),
    ("beta1 = { choices = [0.5], low = 0.1 }", "beta1", "either choices"),
    ("beta1 = { choices = [0.5, 1.0] }", "beta1", "beta1 = 1.0: must be a number in [0, 1)"),
    ("n_critic = { choices = [1, 1.5] }", "n_critic", "n_critic = 1.5: must be a whole number"),
    ("n_critic = { low = 1, high = 5 }", "n_critic", "choices"),
    ("clip = { choices = [0.0] }", "clip", "clip = 0.0: must be a finite number > 0"),
    ("penalty_weight = { choices = [-1] }", "penalty_weight", "penalty_weight = -1.0: must be a finite number >= 0"),
    ("clip = { lowest = 1 }", "clip.lowest", "known: low, high, log, choices"),
]


@pytest.mark.parametrize("table", ["search", "search.wgan"])
@pytest.mark.parametrize(("line", "key", "allowed"), WRONG_RANGES, ids=[line for line, *_ in WRONG_RANGES])
def test_a_wrong_range_is_refused(tmp_path: Path, table: str, line: str, key: str, allowed: str) -> None:
    message = refusal(tmp_path, f"{MINIMAL}[{table}]\n{line}\n")
    assert table in message
    assert key in message
    assert allowed in message


@pytest.mark.parametrize("table", ["search", "search.wgan"])
@pytest.mark.parametrize("value", ["{ low = 1e-5, high = 1.0 }", "{ choices = [1] }", "1e-4"])
def test_an_unknown_hyperparameter_is_refused(tmp_path: Path, table: str, value: str) -> None:
    message = refusal(tmp_path, f"{MINIMAL}[{table}]\nlearning_rate = {value}\n")
    assert "unknown hyperparameter 'learning_rate'" in message
    assert f"[{table}]" in message
    assert message.endswith(f"known: {', '.join(NAMES)}")


@pytest.mark.parametrize("value", ["3", '["wgan"]', '"all"'])
def test_search_must_be_a_table(tmp_path: Path, value: str) -> None:
    assert "must be a table of keys" in refusal(tmp_path, f"{MINIMAL}search = {value}\n")


@pytest.mark.parametrize(
    ("text", "key", "known"),
    [
        (
            "sed = 1",
            "sed",
            "known: name, dataset, protocol, variants, seed, resolution, train_split, budget, cohort, search,",
        ),
        ("[budget]\ntrails = 4", "budget.trails", "trials"),
        ("[score]\nextracter = 'x'", "score.extracter", "extractor"),
        ("[pruner]\nsize = 1", "pruner.size", "percentile, startup_trials"),
        ("[budjet]\ntrials = 4", "budjet", "budget"),
    ],
)
def test_an_unknown_key_is_refused_with_the_known_ones(tmp_path: Path, text: str, key: str, known: str) -> None:
    message = refusal(tmp_path, f"{MINIMAL}{text}\n")
    assert message.startswith(f"unknown key {key!r}")
    assert known in message.removeprefix(f"unknown key {key!r}")


@pytest.mark.parametrize("key", ["name", "dataset"])
def test_a_missing_key_is_refused(tmp_path: Path, key: str) -> None:
    others = "".join(row for row in MINIMAL.splitlines(keepends=True) if not row.startswith(key))
    assert refusal(tmp_path, others) == f"{key}: Field required"


@pytest.mark.parametrize("text", ["name =", "[budget", "a = 1\na = 2", "just words"])
def test_what_is_no_toml_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text).startswith("not a TOML file: ")


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "digits.toml").write_bytes(b"name = '\xff'")
    with pytest.raises(UserError, match=re.escape(f"{tmp_path / 'digits.toml'}: not a TOML file: ")):
        load_spec("digits", tmp_path)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("digts", "did you mean 'digits'? "), ("fashion-lon", "did you mean 'fashion-long'? "), ("q", "")],
)
def test_a_missing_spec_is_refused_with_the_nearest_and_the_known(tmp_path: Path, name: str, hint: str) -> None:
    write(tmp_path, MINIMAL)
    write(tmp_path, MINIMAL, "fashion-long")
    with pytest.raises(UserError) as raised:
        load_spec(name, tmp_path)
    expected = f"no study spec '{tmp_path / name}.toml': {hint}known in {tmp_path}: digits, fashion-long; shipped: "
    assert str(raised.value).startswith(expected)


def test_a_missing_spec_in_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no study spec 'mine\.toml': known in .*: none; shipped: cifar10, digits, "):
        load_spec("mine.toml", tmp_path)


@pytest.mark.parametrize("override", ["budget.trials", "=3", "", "budget.trials:3"])
def test_an_override_must_be_key_equals_value(tmp_path: Path, override: str) -> None:
    write(tmp_path, MINIMAL)
    with pytest.raises(UserError) as raised:
        load_spec("digits", tmp_path, (override,))
    assert str(raised.value) == f"--set {override!r}: must be KEY=VALUE, as in budget.trials=16"


def test_an_override_cannot_go_below_a_value(tmp_path: Path) -> None:
    write(tmp_path, MINIMAL)
    with pytest.raises(UserError, match=r"^--set 'name\.first=a': 'name' is a value, not a table$"):
        load_spec("digits", tmp_path, ("name.first=a",))
