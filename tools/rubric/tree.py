"""What the tree says: entries at the root, cycles of imports, mirrored tests, cited sources."""

import re
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

from benchmark.metrics.catalog import BUILT_IN as METRICS
from benchmark.metrics.metric import Metric
from ganzoo.components import Component
from ganzoo.registry import BUILT_IN as PARTS

# A place in a paper, which a reader can turn to.
PLACE = re.compile(r"\b(equations?|sections?|tables?|algorithms?|figures?|appendix|theorem|definition) ", re.IGNORECASE)


def entries(root: Path, untracked: Sequence[str]) -> list[str]:
    """What a visitor sees at the root, less what is not part of the repository."""
    return sorted(path.name for path in root.iterdir() if not path.name.startswith(".") and path.name not in untracked)


def cycle(imports: Mapping[str, set[str]]) -> list[str]:
    """One cycle of imports, its first module again at the end; empty if there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def imports_of(packages: Sequence[str]) -> dict[str, set[str]]:
    """What each module imports of these packages when it runs."""
    graph = grimp.build_graph(*packages, exclude_type_checking_imports=True, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def home_of(module: Path) -> Path:
    """Where a module's tests are, without the suffix; those of a package's own code go by the package's name."""
    name = {"__init__": module.parent.name, "__main__": "main"}.get(module.stem, module.stem)
    return Path("tests") / module.parent / f"test_{name}"


def mirrored(root: Path, module: Path) -> bool:
    """Whether a module's tests lie at its own path."""
    home = root / home_of(module)
    return any([*home.parent.glob(f"{home.name}.py"), *home.parent.glob(f"{home.name}_*.py")])


def uncited() -> list[str]:
    """Losses, penalties, architectures and metrics whose citation names no place in its source."""
    cited: tuple[Component | Metric, ...]
    cited = (*PARTS.loss.values(), *PARTS.penalty.values(), *PARTS.architecture.values(), *METRICS.values())
    return [part.name for part in cited if not PLACE.search(part.citation)]


def way(text: str) -> int:
    """Files that docs/architecture.md asks to be opened from spec to report."""
    return len(re.findall(r"^\| \d+ \|", text, re.MULTILINE))
