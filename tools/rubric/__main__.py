"""Prints every figure, a line each, with what it is to be."""

from pathlib import Path

from tools.rubric.source import (
    Module,
    is_public,
    ladders,
    largest,
    parameters,
    size,
    sizes_of,
    states_shapes,
    takes_tensors,
)
from tools.rubric.tree import cycle, entries, imports_of, mirrored, uncited, way

PACKAGES = ("ganzoo", "benchmark", "reports", "tools")
IGNORED = ("runs", "data", "mlruns", "shared")


def figures(root: Path) -> list[tuple[str, str, str]]:
    """What is measured, its value, and what it is to be."""
    found = sorted(path.relative_to(root) for package in PACKAGES for path in (root / package).rglob("*.py"))
    modules = [Module.read(root, path) for path in found]
    functions = [each for module in modules for each in module.functions]
    bodies = [function for function, _ in functions]
    public = [(function, around) for function, around in functions if is_public(function)]
    tensors = [(function, around) for function, around in public if takes_tensors(function)]
    silent = [function.name for function, around in tensors if not states_shapes(function, around)]
    lines = [module.lines for module in modules if module.path.name != "__init__.py"]
    coded = [module.path for module in modules if any(len(body.body) > 1 for body, _ in module.functions)]
    middle, high, most = sizes_of(list(map(size, bodies)))
    ring = cycle(imports_of(PACKAGES))
    remarks = 100 * sum(module.comments for module in modules) / sum(module.lines for module in modules)
    return [
        ("entries at the root", str(len(entries(root, IGNORED))), "at most 14"),
        ("files from spec to report", str(way((root / "ARCHITECTURE.md").read_text(encoding="utf-8"))), "at most 8"),
        ("lines of a module: median, most", f"{sizes_of(lines)[0]:g}, {max(lines)}", "at most 110, 300"),
        ("lines of a function: median, 95 %, most", f"{middle:g}, {high:g}, {most}", "at most 12, 40"),
        ("most lines of a function", largest(bodies, size), ""),
        ("most parameters", largest(bodies, parameters), "at most 6"),
        ("functions of more than 6", ", ".join(f.name for f in bodies if parameters(f) > 6) or "none", "none"),
        ("ladders over strings", str(sum(ladders(module.tree) for module in modules)), "0"),
        ("a cycle of imports", " -> ".join(ring) or "none", "none"),
        ("functions with **", ", ".join(f.name for f in bodies if f.args.kwarg) or "none", "none for settings"),
        ("global statements", str(sum(module.text.count("\n    global ") for module in modules)), "0"),
        ("tensor functions that state shapes", _share(len(tensors) - len(silent), len(tensors)), "all"),
        ("those that do not", ", ".join(silent) or "none", "none"),
        ("sources without a place", ", ".join(uncited()) or "none", "none"),
        ("annotated returns", _share(sum(f.returns is not None for f in bodies), len(bodies)), "all"),
        ("mirrored tests", _share(sum(mirrored(root, path) for path in coded), len(coded)), "at least 95 %"),
        ("comments a hundred lines", f"{remarks:.1f}", "3 to 8"),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} % ({part} of {whole})"


def main() -> None:
    """Measure the repository in the current folder."""
    for name, value, wanted in figures(Path.cwd()):
        print(f"{name:42}{value}{f'   [{wanted}]' if wanted else ''}")


if __name__ == "__main__":
    main()
