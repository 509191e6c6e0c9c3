"""What the text of modules says: functions, dispatch on strings, shapes in docstrings, comments."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# As in (N, C, H, W), (K, 1), (count,) or (), or in words: "any shape", "shapes as in ...".
SHAPE = re.compile(r"\(\)|\([\w *]+,\)|\([^()]*(?:\b[A-Z]\b|\.\.\.)[^()]*\)|\bshapes?\b")
NO_REMARKS = ("# type:", "# noqa", "# fmt:", "#!")


@dataclass(frozen=True)
class Function:
    """A function or method.

    Attributes:
        node: As it is written.
        around: Docstring of its class, if it is a method.
        nested: Whether it is written within another.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef
    around: str
    nested: bool

    @property
    def name(self) -> str:
        """What it is called."""
        return self.node.name

    @property
    def lines(self) -> int:
        """From its name to its end, docstring included."""
        return (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1

    @property
    def parameters(self) -> int:
        """How many there are, without `self` and `cls`."""
        given = self.node.args
        names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        return len([name for name in names if name not in ("self", "cls")]) + bool(given.vararg) + bool(given.kwarg)

    @property
    def is_command(self) -> bool:
        """Whether its parameters are the options of a command line."""
        return any("typer." in ast.unparse(each.annotation) for each in self.node.args.args if each.annotation)

    @property
    def lacks_shapes(self) -> bool | None:
        """Whether no shape is stated, in its docstring or its class's; None where nobody else hands it tensors."""
        given = [each.annotation for each in (*self.node.args.args, *self.node.args.kwonlyargs)]
        if self.nested or self.name.startswith("_"):
            return None
        if not any("Tensor" in ast.unparse(each) for each in (*given, self.node.returns) if each):
            return None
        return not SHAPE.search(f"{ast.get_docstring(self.node) or ''} {self.around}")


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
    def functions(self) -> list[Function]:
        """All of them, nested ones too."""
        return list(_functions(self.tree, "", nested=False))

    @property
    def ladders(self) -> int:
        """If statements with an elif that compare with two strings or more."""
        return sum(sum(map(_is_text, _tests(node))) >= 2 for node in ast.walk(self.tree) if isinstance(node, ast.If))

    @property
    def comments(self) -> int:
        """Remarks, at the ends of lines too; orders to tools are none."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return sum(t.type == tokenize.COMMENT and not t.string.startswith(NO_REMARKS) for t in tokens)


def _functions(tree: ast.AST, around: str, *, nested: bool) -> Iterator[Function]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(node, around, nested)
            yield from _functions(node, "", nested=True)
        else:
            words = ast.get_docstring(node) or "" if isinstance(node, ast.ClassDef) else around
            yield from _functions(node, words, nested=nested)


def _tests(node: ast.If) -> list[ast.expr]:
    others = node.orelse
    return [node.test, *(_tests(others[0]) if len(others) == 1 and isinstance(others[0], ast.If) else [])]


def _is_text(test: ast.expr) -> bool:
    sides = (test.left, *test.comparators) if isinstance(test, ast.Compare) else ()
    return any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in sides)
