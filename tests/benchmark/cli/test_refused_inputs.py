"""What people and files may say and what no command takes: one line, exit code 2, and nothing is written.

Every input that was once met otherwise stays here.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]
LONG = "x" * 300
DEEP = 5000

FILES = {
    "lists.toml": "name = " + "[" * DEEP + "]" * DEEP,
    "inline.toml": "name = " + "{a=" * DEEP + "1" + "}" * DEEP,
    "header.toml": "[" + ".".join("a" * DEEP) + "]\nb = 1",
    "nine.toml": "name = " + "[" * 20 + "]" * 20,
    "digits.toml": "seed = " + "9" * DEEP,
    "line.toml": 'name = "deep"\ndataset = "digits"\n"a\\nb\\u001b" = 1',
    "large.toml": "# " + "x" * 2**20,
    "latin.toml": b"name = '\xfc'",
    "binary.toml": bytes(range(256)),
    "dates.toml": "name = 0000-00-00",
}
SPECS = [
    (LONG, "no study spec '"),
    (f"{LONG}.toml", "no study spec '"),
    ("x" * 100_000, "no study spec '"),
    ("a\nb", "no study spec '"),
    ("\x1b[2J", r"no study spec '"),
    ("a\0b", "no study spec '"),
    ("", "no study spec '"),
    ("..", "no study spec '"),
    ("lists.toml", "lists.toml: nested too deep: at most 8 "),
    ("inline.toml", "inline.toml: nested too deep: at most 8 "),
    ("header.toml", "header.toml: nested too deep: at most 8 "),
    ("nine.toml", "nine.toml: nested too deep: at most 8 "),
    ("digits.toml", "digits.toml: not a TOML file: Exceeds the limit (4300 digits)"),
    ("line.toml", r"line.toml: unknown key 'a\nb\x1b'; known: name, "),
    ("large.toml", "large.toml: more than 1048576 bytes, which no study spec has"),
    ("latin.toml", "latin.toml: not a TOML file: 'utf-8' codec can't decode"),
    ("binary.toml", "binary.toml: not a TOML file: 'utf-8' codec can't decode"),
    ("dates.toml", "dates.toml: not a TOML file: Expected newline"),
    ("folder.toml", "no study spec 'folder.toml': "),
]
SETTINGS = [
    (f"name={'x' * 255}", "name = 'xxx"),
    ("name=../../escape", "name = '../../escape': String should match pattern"),
    ("name=a/b", "name = 'a/b': String should match pattern"),
    ('name=""', "name = '': String should match pattern"),
    ("name=A", "name = 'A': String should match pattern"),
    ('name="a\\nb"', r"name = 'a\nb': String should match pattern"),
    ("name=a\nb", r"name = 'a\nb': String should match pattern"),
    ("name=[1]", "name = [1]: Input should be a valid string"),
    ("dataset=5", "dataset = 5: Input should be a valid string"),
    ("protocol=[1]", "protocol = [1]: Input should be a valid string"),
    (f"protocol=0x{'f' * DEEP}", "protocol = a value of type int: Input should be a valid string"),
    ("protocol=nosuch", "unknown protocol 'nosuch'"),
    (f"seed=0x{'f' * DEEP}", "seed = a value of type int: "),
    (f"seed={2**64}", "seed = 18446744073709551616: Input should be less than 9223372036854775808"),
    ("seed=-1", "seed = -1: "),
    ("resolution=100000", "resolution = 100000: Input should be less than or equal to 4096"),
    (f"budget.trials={10**30}", "budget.trials = 1000000000000000000000000000000: "),
    (f"budget.trials={'9' * DEEP}", "budget.trials = '999"),
    ("budget.trials=nan", "budget.trials = nan: "),
    ("budget.trials=inf", "budget.trials = inf: "),
    ("budget.trials=1.5", "budget.trials = 1.5: "),
    ("budget.trials={a=1}", "budget.trials = {'a': 1}: "),
    ("budget.trials=1979-05-27", "budget.trials = datetime.date(1979, 5, 27): "),
    ("budget=3", "budget = 3: "),
    ("budget.trials.x=1", "--set 'budget.trials.x=1': 'trials' is a value, not a table"),
    ("budget.batch_size=[]", 'budget.batch_size: [] is neither a whole number of 2 or more nor "paper"'),
    ("budget.rungs=[0]", "budget.rungs.0 = 0: "),
    (".".join("a" * DEEP) + "=1", "nested too deep"),
    ("a..b=1", "unknown key 'a'"),
    ("=3", "--set '=3': must be KEY=VALUE"),
    ("budget.trials=" + "[" * DEEP + "]" * DEEP, "nested too deep"),
    ("pruner.percentile=nan", "pruner.percentile = nan: "),
    ("pruner.percentile=inf", "pruner.percentile = inf: "),
    ("final.margin=inf", "final.margin = inf: Input should be a finite number"),
    ("final.error=nan", "final.error = nan: "),
    ("final.seeds=1000000000", "final.seeds = 1000000000: "),
    ("search.lr_generator={low=nan,high=1}", "search.lr_generator"),
    (
        "search.lr_generator={low=1,high=inf}",
        "--set search.lr_generator: lr_generator = inf: must be a finite number > 0",
    ),
    ("search.lr_generator=5", "search.lr_generator"),
    ("search.nonsense={low=1,high=2}", "search: unknown hyperparameter 'nonsense'"),
    ('search={"../../x"={beta1={low=0.1,high=0.2}}}', "unknown variant '../../x'"),
    ("scale=nan", "scale = nan: must be a number above 0 and at most 1"),
    ("scale=[]", "scale = []: must be a number above 0 and at most 1"),
    ("score.images=20000000000", "score.images = 20000000000: Input should be less than or equal to 10000000"),
    ("score.metrics=[1]", "score.metrics.0 = 1: "),
    ("resolution=abc", "--set resolution = 'abc': must be a whole number"),
    ("budget.trials=2.5", "--set budget.trials = 2.5: must be a whole number"),
    ("final.error=x", "--set final.error = 'x': must be a number"),
    ("sampler.same_learning_rates=7", "--set sampler.same_learning_rates = 7: must be true or false"),
    ("budget=7", "--set budget = 7: must be a table of keys"),
    ("score.metrics=[]", "--set score.metrics: objective 'fid' needs metric 'fid' among metrics []"),
    ("score.objective=" + LONG, "score.objective = 'xxx"),
    ("variants=[]", "variants = []: "),
    ("variants=[1]", "variants.0 = 1: "),
    ('variants=["../../escape"]', "unknown variant '../../escape'"),
]
NAMES = [
    ("../../../escape", "unknown variant '../../../escape'"),
    ("x" * 100_000, "unknown variant 'xxx"),
    ("a\nb", r"unknown variant 'a\nb'"),
    ("resnet+../x", "variant 'resnet+../x': unknown part '../x'"),
    ("+", "variant '+': unknown part ''"),
    ("resnet+hinge+hinge", "variant 'resnet+hinge+hinge': 'hinge' is named twice"),
    ("+".join(["resnet"] * DEEP), "variant 'resnet+"),
    ("resnet+hinge+" + "x" * 100_000, "variant 'resnet+hinge+xxx"),
]
COMMANDS = [
    (("nosuch",), "No such command 'nosuch'."),
    (("run", "--nosuch"), "No such option: --nosuch"),
    (("run", "--workers", "two"), "--workers 'two': must be a number from 0 to 4096, ray, or ray://HOST:PORT"),
    (("run", "--workers", "-1"), "--workers '-1': must be a number from 0 to 4096"),
    (("run", "--workers", str(10**30)), "--workers '1000"),
    (("run", "--workers", "ray?gpus=1.5"), "--workers 'ray?gpus=1.5': 'gpus=1.5': must be a number"),
    (("run", "--study"), "Option '--study' requires an argument."),
    (("run", "a\nb"), r"Got unexpected extra argument(s) (a\x0ab)"),
    (("report", "--watch", str(10**30)), "Invalid value for '--watch' = '1000"),
    (("report", "--study", LONG), "no study spec '"),
    (("report", "--study", "tiny"), "no MLflow database '"),
    (("report", "--study", "tiny", "--store", LONG), f"{LONG}: no mlflow.db there"),
    (("report", "--study", "tiny", "--store", "a\nb"), r"a\nb: no mlflow.db there"),
    (("compare", LONG, "b", "--study", "tiny"), f"{LONG}: no mlflow.db there"),
    (("compare", "a"), "Missing argument 'after'."),
    (("ui", "--port", "70000"), "Invalid value for '--port' = '70000': Input should be less than or equal to 65535"),
    (("sample", LONG, "--study", "nosuch"), "no study spec '"),
    (
        ("sample", "dcgan", "--images", "0"),
        "Invalid value for '--images' = '0': Input should be greater than",
    ),
    (("score", "nosuch", "--split", "nosuch"), "unknown split 'nosuch'"),
    (("score", "nosuch", "--protocol", "nosuch"), "--protocol nosuch: unknown protocol 'nosuch'"),
    (("score", "nosuch", "--set", "score.images=1"), "--set score.images = 1: "),
]


@pytest.fixture
def refused(ganbench: Command, studies: Path) -> Callable[..., str]:
    """The line of a command that is refused, after `ganbench: `; nothing is written."""
    root = studies.parent

    def line(*arguments: str) -> str:
        before = sorted(root.rglob("*"))
        code, out, err = ganbench(*arguments)
        assert code == 2, err
        assert out == ""
        assert err.startswith("ganbench: ")
        assert len(err.splitlines()) == 1
        assert err[:-1].isprintable()
        assert len(err) < 4000
        assert sorted(root.rglob("*")) == before
        return err.removeprefix("ganbench: ")

    return line


@pytest.fixture
def files(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "folder.toml").mkdir()


@pytest.mark.parametrize(("study", "message"), SPECS, ids=lambda text: ascii(text)[:30])
@pytest.mark.usefixtures("files")
def test_no_such_study(study: str, message: str, refused: Callable[..., str]) -> None:
    assert refused("run", "--study", study).startswith(message)


@pytest.mark.parametrize(("setting", "message"), SETTINGS, ids=lambda text: ascii(text)[:30])
def test_no_such_setting(setting: str, message: str, refused: Callable[..., str], studies: Path) -> None:
    assert message in refused("run", "--study", "tiny", "--set", setting)


@pytest.mark.parametrize(("name", "message"), NAMES, ids=lambda text: ascii(text)[:30])
def test_no_such_variant(name: str, message: str, refused: Callable[..., str]) -> None:
    assert refused("run", "--study", "tiny", "--variant", name).startswith(message)


@pytest.mark.parametrize(("arguments", "message"), COMMANDS, ids=lambda text: ascii(text)[:30])
def test_no_such_command(arguments: tuple[str, ...], message: str, refused: Callable[..., str]) -> None:
    assert refused(*arguments).startswith(message)
