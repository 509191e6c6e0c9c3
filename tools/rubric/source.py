"""What the text of modules says: sizes, parameters, dispatch, settings, docstrings, annotations, comments."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

Function = ast.FunctionDef | ast.AsyncFunctionDef
# As in (N, C, H, W), (K, 1), (..., P) or ().
SHAPE = re.compile(r"\((?:[A-Z]\w*|\.\.\.|\d+|)(?:,| \*|\))")
NO_REMARKS = ("# type:", "# noqa", "# fmt:", "#!")


@dataclass(frozen=True)
class Module:
    """A file of Python.

    Attributes:
        path: From the root.
        text: Its content.
        tree: The same, parsed.
    """

    path: Path
    text: str
    tree: ast.Module

    @classmethod
    def read(cls, root: Path, path: Path) -> "Module":
        """The module at a path from the root."""
        text = (root / path).read_text(encoding="utf-8")
        return cls(path, text, ast.parse(text))

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.text.splitlines())

    @property
    def functions(self) -> Iterator[tuple[Function, str]]:
        """Every function and method, nested ones too, with the docstring of the class around it."""
        yield from _functions(self.tree, "")

    @property
    def comments(self) -> int:
        """Remarks, at the ends of lines too; orders to tools are none."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return sum(t.type == tokenize.COMMENT and not t.string.startswith(NO_REMARKS) for t in tokens)


def _functions(tree: ast.AST, around: str) -> Iterator[tuple[Function, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield node, around
        yield from _functions(node, (ast.get_docstring(node) or "") if isinstance(node, ast.ClassDef) else around)


def size(function: Function) -> int:
    """Lines from its name to its end, docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters(function: Function) -> int:
    """How many there are, without `self` and `cls`."""
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")]) + bool(given.vararg) + bool(given.kwarg)


def ladders(tree: ast.AST) -> int:
    """If statements with an elif, and matches, that compare with two strings or more."""
    chains = [_tests(node) for node in ast.walk(tree) if isinstance(node, ast.If)]
    cases = [
        [case.pattern for case in node.cases if isinstance(case.pattern, ast.MatchValue)]
        for node in ast.walk(tree)
        if isinstance(node, ast.Match)
    ]
    return sum(sum(map(_compares_with_text, chain)) >= 2 for chain in [*chains, *cases])


def _tests(node: ast.If) -> list[ast.expr]:
    others = node.orelse
    more = _tests(others[0]) if len(others) == 1 and isinstance(others[0], ast.If) else []
    return [node.test, *more]


def _compares_with_text(test: ast.AST) -> bool:
    compared = [*test.comparators] if isinstance(test, ast.Compare) else [getattr(test, "value", None)]
    return any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in compared)


def is_public(function: Function) -> bool:
    """Whether others may call it."""
    return not function.name.startswith("_")


def states_shapes(function: Function, around: str) -> bool:
    """Whether its docstring, or that of its class, names the shape of a tensor."""
    return bool(SHAPE.search(f"{ast.get_docstring(function) or ''} {around}"))


def takes_tensors(function: Function) -> bool:
    """Whether a tensor comes in or goes out."""
    given = [each.annotation for each in (*function.args.args, *function.args.kwonlyargs)]
    return any("Tensor" in ast.unparse(each) for each in (*given, function.returns) if each)


def largest(functions: Sequence[Function], measure: Callable[[Function], int]) -> str:
    """The largest value of a measure, and whose it is."""
    worst = max(functions, key=measure)
    return f"{measure(worst)} ({worst.name})"


def sizes_of(numbers: Sequence[int]) -> tuple[float, float, int]:
    """Median, 95th percentile and largest of two numbers or more."""
    return median(numbers), quantiles(numbers, n=20, method="inclusive")[-1], max(numbers)
