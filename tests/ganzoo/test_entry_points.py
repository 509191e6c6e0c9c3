"""Other people's packages: minimal ones, as a module and the metadata that an installer would leave."""

import re
import sys
from collections.abc import Callable, Iterator
from importlib import invalidate_caches
from itertools import count
from pathlib import Path

import pytest

from ganzoo.components import Loss, Penalty
from ganzoo.entry_points import PluginError, code_key, merged, own_packages, provided
from ganzoo.losses.hinge import HINGE
from ganzoo.registry import BUILT_IN

# What was found is kept for the life of a process, so every test has a group of its own.
NUMBERS = count()
A_LOSS = """
from ganzoo.components import Loss
def discriminator(real_logits, fake_logits): return fake_logits - 2 * real_logits
def generator(real_logits, fake_logits): return -3 * fake_logits
PART = Loss({name!r}, discriminator, generator, "nobody 2026")
"""
Install = Callable[..., None]


@pytest.fixture
def group() -> str:
    return f"ganzoo.test{next(NUMBERS)}"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str) -> Iterator[Install]:
    modules: list[str] = []

    def installed(package: str, source: str, entry: str = "entry", attribute: str = "PART") -> None:
        module = f"{package.replace('-', '_')}_{group.rpartition('.')[2]}"
        (tmp_path / f"{module}.py").write_text(source)
        metadata = tmp_path / f"{package.replace('-', '_')}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[{group}]\n{entry} = {module}:{attribute}\n")
        modules.append(module)
        invalidate_caches()

    monkeypatch.syspath_prepend(tmp_path)
    yield installed
    for module in modules:
        sys.modules.pop(module, None)


def test_none(group: str) -> None:
    assert provided(group, Loss) == {}
    assert merged("loss", BUILT_IN.loss, group, Loss) == BUILT_IN.loss


def test_is_known_by_its_own_name(install: Install, group: str) -> None:
    install("strange", A_LOSS.format(name="odd"), entry="whatever")
    assert list(provided(group, Loss)) == ["odd"]
    loss = provided(group, Loss)["odd"]
    assert loss.discriminator(2.0, 7.0) == 3.0  # type: ignore[arg-type]


def test_comes_after_the_zoo_s_own(install: Install, group: str) -> None:
    install("late", A_LOSS.format(name="late"))
    install("early", A_LOSS.format(name="early"))
    assert list(merged("loss", {"hinge": HINGE}, group, Loss)) == ["hinge", "early", "late"]


def test_is_imported_once_and_only_when_asked_for(install: Install, group: str) -> None:
    install("counting", "import sys\nsys.counted = getattr(sys, 'counted', 0) + 1\n" + A_LOSS.format(name="one"))
    assert not hasattr(sys, "counted")
    try:
        assert provided(group, Loss)["one"] is merged("loss", {}, group, Loss)["one"]
        assert sys.counted == 1
    finally:
        del sys.counted


def test_the_answer_is_the_caller_s_own(install: Install, group: str) -> None:
    install("kept", A_LOSS.format(name="kept"))
    provided(group, Loss).clear()
    assert list(provided(group, Loss)) == ["kept"]


def refusal(group: str, kind: type[Loss] | type[Penalty] = Loss) -> str:
    with pytest.raises(PluginError) as caught:
        merged("loss", {"hinge": HINGE}, group, kind)  # type: ignore[type-var, arg-type]
    assert isinstance(caught.value, LookupError)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_failing_import_is_told_in_one_line(install: Install, group: str) -> None:
    install("ganzoo-broken", "raise RuntimeError('first\\n  second')")
    module = f"ganzoo_broken_{group.rpartition('.')[2]}"
    assert refusal(group) == (
        f"plugin ganzoo-broken, entry point 'entry' of {group} ({module}:PART): "
        "cannot be imported: RuntimeError: first second"
    )


@pytest.mark.parametrize(
    ("source", "attribute", "told"),
    [
        ("import no_such_module", "PART", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("def f(:", "PART", "SyntaxError: invalid syntax"),
        ("PART = 1", "OTHER", "{module} has no OTHER"),
    ],
)
def test_what_cannot_be_imported(install: Install, group: str, source: str, attribute: str, told: str) -> None:
    install("broken", source, attribute=attribute)
    module = f"broken_{group.rpartition('.')[2]}"
    assert f"cannot be imported: {told.format(module=module)}" in refusal(group)


@pytest.mark.parametrize(
    ("source", "is_a"), [("PART = 'hinge'", "str"), ("from ganzoo.registry import VARIANTS as PART", "dict")]
)
def test_another_kind(install: Install, group: str, source: str, is_a: str) -> None:
    install("wrong", source)
    message = refusal(group)
    assert message.startswith("plugin wrong, entry point 'entry'")
    assert message.endswith(f": must be a ganzoo.components.Loss, is of type {is_a}")


def test_a_part_of_another_family(install: Install, group: str) -> None:
    install("wrong", A_LOSS.format(name="x"))
    assert refusal(group, Penalty).endswith("must be a ganzoo.components.Penalty, is of type Loss")


def test_two_of_one_name(install: Install, group: str) -> None:
    install("ganzoo-a", A_LOSS.format(name="twin"))
    install("ganzoo-b", A_LOSS.format(name="twin"))
    message = refusal(group)
    assert message.startswith("plugin ganzoo-b, entry point 'entry'")
    assert "'twin' is provided by plugin ganzoo-a, entry point 'entry'" in message


def test_a_name_of_the_zoo_s_own(install: Install, group: str) -> None:
    install("ganzoo-copy", A_LOSS.format(name="hinge"))
    message = refusal(group)
    assert message.startswith("plugin ganzoo-copy, entry point 'entry'")
    assert message.endswith(": 'hinge' is the zoo's own loss; rename it")


def test_a_broken_package_is_told_every_time(install: Install, group: str) -> None:
    install("broken", "import no_such_module")
    assert refusal(group) == refusal(group)


@pytest.mark.parametrize(
    "name", ["../../../escape", "a/b", "a+b", "", "A", "a b", "a\nb", ".hidden", "a..b", "x" * 65, "\u0430"]
)
def test_a_name_that_is_no_slug(install: Install, group: str, name: str) -> None:
    install("wrong", A_LOSS.format(name=name))
    message = refusal(group)
    assert message.startswith("plugin wrong, entry point 'entry'")
    assert f": its name {name!r} must be lower-case letters and digits with single - . _ " in message


def test_a_name_that_is_no_text(install: Install, group: str) -> None:
    install("wrong", A_LOSS.format(name=3))
    assert ": its name 3 must be lower-case letters" in refusal(group)


def test_the_key_of_code_is_of_every_python_file_of_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    package = f"apart_{group.rpartition('.')[2]}"
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / package / "losses.py").write_text(A_LOSS.format(name="apart"))
    (tmp_path / package / "notes.txt").write_text("no code")
    metadata = tmp_path / f"{package}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{group}]\nentry = {package}.losses:PART\n")
    monkeypatch.syspath_prepend(tmp_path)
    invalidate_caches()
    first = code_key(group, Loss, "apart")
    assert re.fullmatch("[0-9a-f]{16}", first)
    (tmp_path / package / "notes.txt").write_text("other words")
    assert code_key(group, Loss, "apart") == first
    (tmp_path / package / "more.py").write_text("")
    assert code_key(group, Loss, "apart") != first
    (tmp_path / package / "more.py").unlink()
    assert code_key(group, Loss, "apart") == first
    assert code_key(group, Loss, "hinge") == ""
    for name in (package, f"{package}.losses"):
        sys.modules.pop(name)


def test_the_key_of_code_of_a_single_module_is_of_that_file(install: Install, group: str, tmp_path: Path) -> None:
    install("single", A_LOSS.format(name="single"))
    first = code_key(group, Loss, "single")
    file = tmp_path / f"single_{group.rpartition('.')[2]}.py"
    file.write_text(file.read_text() + "# another line\n")
    assert code_key(group, Loss, "single") not in (first, "")


def test_own_packages_are_known_without_an_import(install: Install, group: str) -> None:
    before = own_packages()
    install("ganzoo-broken", "raise RuntimeError")
    assert own_packages() - before == {f"ganzoo_broken_{group.rpartition('.')[2]}"}
