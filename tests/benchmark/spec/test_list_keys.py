"""`--set`: lists as a shell leaves them, through make, too."""

import subprocess
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmark.errors import UserError
from benchmark.spec import Range, Spec, spec_of
from benchmark.spec.list_keys import holds_list
from benchmark.spec.toml_values import apply_override

ROOT = Path(__file__).parents[3]


def values(*overrides: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for override in overrides:
        apply_override(found, override, partial(holds_list, Spec))
    return found


@pytest.mark.parametrize(
    "text", ["fid,kid", '["fid","kid"]', "[fid,kid]", "fid, kid", "[ 'fid' , 'kid' ]", '"fid","kid"', "fid,kid,"]
)
def test_a_list_of_words_with_or_without_brackets_and_quotes(text: str) -> None:
    assert values(f"score.metrics={text}") == {"score": {"metrics": ["fid", "kid"]}}
    spec = spec_of({"name": "a", "dataset": "digits"}, (f"score.metrics={text}",), "--set")
    assert spec.score.metrics == ("fid", "kid")


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("variants=dcgan,resnet+hinge+r1", {"variants": ["dcgan", "resnet+hinge+r1"]}),
        ("variants=dcgan", {"variants": ["dcgan"]}),
        ("budget.rungs=10,20", {"budget": {"rungs": [10, 20]}}),
        ("budget.rungs=10", {"budget": {"rungs": [10]}}),
        ("final.settings=found,paper", {"final": {"settings": ["found", "paper"]}}),
        ("score.final_metrics=", {"score": {"final_metrics": []}}),
        ("search.beta1.choices=0.0,0.5", {"search": {"beta1": {"choices": [0.0, 0.5]}}}),
        ("search.wgan.n_critic.choices=5", {"search": {"wgan": {"n_critic": {"choices": [5]}}}}),
    ],
)
def test_every_key_that_holds_a_list(override: str, expected: dict[str, Any]) -> None:
    assert values(override) == expected


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("dataset=folder:a,b", {"dataset": "folder:a,b"}),  # a folder may be called so
        ("budget.batch_size=paper", {"budget": {"batch_size": "paper"}}),
        ("search.beta1={ low = 0.0, high = 0.9 }", {"search": {"beta1": {"low": 0.0, "high": 0.9}}}),
        ("unknown=a,b", {"unknown": "a,b"}),
    ],
)
def test_what_holds_no_list_is_left_as_it_is(override: str, expected: dict[str, Any]) -> None:
    assert values(override) == expected


def test_a_wrong_word_of_a_bare_list_is_refused_as_one_of_a_quoted_list() -> None:
    messages = []
    for text in ("fid,kidd", '["fid", "kidd"]'):
        with pytest.raises(UserError) as refusal:
            spec_of({"name": "a", "dataset": "digits"}, (f"score.metrics={text}",), "--set")
        messages.append(str(refusal.value))
    assert messages[0] == messages[1]
    assert "kidd" in messages[0]


@pytest.mark.parametrize("numbers", [[0.0], [-1.5, 1e-300], [1e22, 0.1, 5e-324]])
def test_a_bare_list_of_numbers_is_that_list(numbers: list[float]) -> None:
    bare = values(f"search.beta1.choices={','.join(map(repr, numbers))}")
    assert Range.model_validate(bare["search"]["beta1"]).choices == tuple(numbers)


@pytest.mark.parametrize("text", ["fid,kid", '["fid","kid"]'])
def test_a_list_goes_through_make(text: str, tmp_path: Path) -> None:
    """What make hands to the command, by a command that writes down its words."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".ci").mkdir()
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    for needed in (".ci/requirements.lock", "pyproject.toml", ".venv/.ready"):
        (tmp_path / needed).touch()
    command = tmp_path / ".venv/bin/ganbench"
    command.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    command.chmod(0o755)
    made = subprocess.run(
        ["make", "--no-print-directory", "bench", f"ARGS=--set score.metrics={text}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    override = made.stdout.splitlines()[-1]
    assert values(override) == {"score": {"metrics": ["fid", "kid"]}}


def test_toml_itself_agrees_where_it_reads_a_list() -> None:
    assert values('score.metrics=["fid"]')["score"] == tomllib.loads('metrics=["fid"]')
