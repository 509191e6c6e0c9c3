"""Measures of source text, on a module of which every figure can be counted by hand."""

import ast
from pathlib import Path

import pytest

from tools.rubric.source import Function, Module

TEXT = '''"""A module."""

import torch
from torch import Tensor  # noqa: F401


class Player:
    """Weights (P,)."""

    def step(self, gradients: Tensor, *, rate: float) -> Tensor:
        """One update."""
        return gradients * rate


def choose(name: str, a: int, /, *rest: int, **others: int):
    # A remark.
    if name == "one":
        return a
    elif "two" == name:
        return rest
    elif name == "three":
        return others
    return None  # another


def outer(images: Tensor) -> Tensor:
    """Images to images."""
    def inner(values: Tensor) -> Tensor:
        return values
    return inner(images)
'''


@pytest.fixture
def module(tmp_path: Path) -> Module:
    (tmp_path / "m.py").write_text(TEXT, encoding="utf-8")
    return Module.read(tmp_path, Path("m.py"))


@pytest.fixture
def functions(module: Module) -> dict[str, Function]:
    return {each.name: each for each in module.functions}


def test_lines_and_parameters_are_counted(module: Module, functions: dict[str, Function]) -> None:
    assert module.lines == 30
    assert {name: each.lines for name, each in functions.items()} == {"step": 3, "choose": 9, "outer": 5, "inner": 2}
    assert {name: each.parameters for name, each in functions.items()} == {
        "step": 2,
        "choose": 4,
        "outer": 1,
        "inner": 1,
    }


def test_an_order_to_a_tool_is_no_comment(module: Module) -> None:
    assert module.comments == 2


def test_shapes_may_be_the_class_s_and_nested_functions_need_none(functions: dict[str, Function]) -> None:
    assert {name: each.lacks_shapes for name, each in functions.items()} == {
        "step": False,
        "choose": None,
        "outer": True,
        "inner": None,
    }


@pytest.mark.parametrize(
    ("docstring", "lacks"),
    [
        ("Images (N, C, H, W) to logits.", False),
        ("Weights (..., P).", False),
        ("A score ().", False),
        ("New images (count, 3, H, W).", False),
        ("Indices (batch_size,).", False),
        ("Any shape.", False),
        ("As WGAN-GP (2017) has it.", True),
        ("Numbers (small, fast).", True),
    ],
)
def test_what_states_a_shape(docstring: str, lacks: bool) -> None:
    node = ast.parse(f'def f(x: Tensor) -> Tensor:\n    """{docstring}"""').body[0]
    assert isinstance(node, ast.FunctionDef)
    assert Function(node, "", nested=False).lacks_shapes is lacks


def ladders(text: str) -> int:
    return Module(Path("m.py"), text, ast.parse(text)).ladders


def test_a_ladder_has_two_comparisons_with_strings(module: Module) -> None:
    assert ladders("if a == 'x':\n    b\nelif a == 'y':\n    c") == 1
    assert ladders("if a == 'x':\n    b\nelif a == 3:\n    c") == 0
    assert ladders("if a == 1:\n    b\nelif a == 2:\n    c") == 0
    # Three rungs: the ladder, and what is left of it from the second on.
    assert module.ladders == 2


def test_options_of_a_command_line_are_no_parameters_of_a_function() -> None:
    command, plain = (
        ast.parse(text).body[0]
        for text in ("def run(a: Annotated[int, typer.Option()] = 1): ...", "def run(a: int = 1): ...")
    )
    assert isinstance(command, ast.FunctionDef)
    assert isinstance(plain, ast.FunctionDef)
    assert Function(command, "", nested=False).is_command
    assert not Function(plain, "", nested=False).is_command
