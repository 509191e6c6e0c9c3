"""Prints every figure, a line each, with what it is to be."""

from pathlib import Path
from statistics import median, quantiles

from tools.rubric.source import Module
from tools.rubric.tree import cycle, entries, imports_of, mirrored, uncited, way

PACKAGES = ("ganzoo", "benchmark", "reports", "tools")
UNTRACKED = ("runs", "data", "shared", "mutants", "dist")
MOST_PARAMETERS = 6


def figures(root: Path) -> list[tuple[str, str, str]]:
    """What is measured, its value, and what it is to be."""
    found = sorted(path.relative_to(root) for package in PACKAGES for path in (root / package).rglob("*.py"))
    modules = [Module.read(root, path) for path in found]
    functions = [each for module in modules for each in module.functions]
    lines = [module.lines for module in modules if module.path.name != "__init__.py"]
    lengths = [each.lines for each in functions]
    wide = [each.name for each in functions if each.parameters > MOST_PARAMETERS and not each.is_command]
    handed = [each for each in functions if each.lacks_shapes is not None]
    silent = [each.name for each in handed if each.lacks_shapes]
    coded = [module.path for module in modules if module.functions]
    remarks = 100 * sum(module.comments for module in modules) / sum(module.lines for module in modules)
    return [
        ("entries at the root", str(len(entries(root, UNTRACKED))), "at most 14"),
        (
            "files from spec to report",
            str(way((root / "docs" / "architecture.md").read_text(encoding="utf-8"))),
            "at most 8",
        ),
        ("lines of a module: median, most", f"{median(lines):g}, {max(lines)}", "at most 110, 300"),
        ("lines of a function: median, 95 %, most", _spread(lengths), "at most 12, 40"),
        ("functions of more than 6 parameters", _names(wide), "none but commands"),
        ("ladders over strings", str(sum(module.ladders for module in modules)), "0"),
        ("a cycle of imports", " -> ".join(cycle(imports_of(PACKAGES))) or "none", "none"),
        ("functions with **", _names([f.name for f in functions if f.node.args.kwarg]), "none for settings"),
        ("global statements", str(sum(module.text.count("\n    global ") for module in modules)), "0"),
        ("tensor functions that state shapes", _share(len(handed) - len(silent), len(handed)), "all"),
        ("those that do not", _names(silent), "none"),
        ("sources without a place", _names(uncited()), "none"),
        ("annotated returns", _share(sum(f.node.returns is not None for f in functions), len(functions)), "all"),
        ("mirrored tests", _share(sum(mirrored(root, path) for path in coded), len(coded)), "at least 95 %"),
        ("comments a hundred lines", f"{remarks:.1f}", "3 to 8"),
    ]


def _spread(numbers: list[int]) -> str:
    return f"{median(numbers):g}, {quantiles(numbers, n=20, method='inclusive')[-1]:g}, {max(numbers)}"


def _names(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} % ({part} of {whole})"


def main() -> None:
    """Measure the repository in the current folder."""
    for name, value, wanted in figures(Path.cwd()):
        print(f"{name:42}{value}   [{wanted}]")


if __name__ == "__main__":
    main()
