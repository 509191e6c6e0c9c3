"""Other people's packages as a whole: a broken one is told before anything is made, used or not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmark.errors import UserError
from ganzoo.entry_points import PluginError, own_entries, package_of, problem_of
from ganzoo.names import Named


@dataclass(frozen=True)
class Plugin:
    """What one entry point adds.

    Attributes:
        package: Which it is of.
        group: As in "ganzoo.losses".
        entry: Its name, which need not be the part's.
        problem: One line; "" if it can be used.
    """

    package: str
    group: str
    entry: str
    problem: str


def examined() -> tuple[tuple[Plugin, ...], tuple[str, ...]]:
    """Look at every entry point of other people's packages for the zoo and the harness; all are imported.

    Returns:
        Them, and a line each of what is wrong with no single one of them, such as a name that two kinds of parts have.
    """
    clashes = [*dict.fromkeys(_clashes())]
    found = []
    for entry in own_entries():
        known = _of_group(entry.group)
        place = f"plugin {package_of(entry)}, entry point {entry.name!r} of {entry.group} ("
        problem = problem_of(entry, known[0] if known else None)
        problem = problem or next((clash for clash in clashes if clash.startswith(place)), "")
        found.append(Plugin(package_of(entry), entry.group, entry.name, problem))
    told = {plugin.problem for plugin in found}
    return tuple(found), tuple(clash for clash in clashes if clash not in told)


def check_plugins() -> None:
    """Refuse to go on beside a broken package; where there is none, nothing is imported for it.

    Raises:
        UserError: with one line that names the package and the entry point, and says how many more there are.
    """
    plugins, others = examined()
    if problems := [*(plugin.problem for plugin in plugins if plugin.problem), *others]:
        more = f"; and {len(problems) - 1} more: ganbench doctor lists them" if len(problems) > 1 else ""
        raise UserError(f"{problems[0]}{more}")


def _clashes() -> Iterator[str]:
    """What keeps catalogs from being made, which besides a package that is broken is a name that another part has."""
    for known in filter(None, map(_of_group, dict.fromkeys(entry.group for entry in own_entries()))):
        try:
            known[1]()
        except PluginError as error:
            yield str(error)


def _of_group(group: str) -> tuple[type[Named], Callable[[], object]] | None:
    """What entry points of a group must be, and what makes their catalog; None if there is no such group.

    Imported here, since few machines have a package for any of them, and to import all takes seconds.
    """
    if group.startswith("ganzoo."):
        from ganzoo.registry import PART_GROUPS, known_parts, known_variants
        from ganzoo.variant import Variant

        known = PART_GROUPS | {"ganzoo.variants": Variant}
        return (known[group], known_variants if group == "ganzoo.variants" else known_parts) if group in known else None
    if group == "ganbench.metrics":
        from benchmark.metrics.catalog import known_metrics
        from benchmark.metrics.metric import Metric

        return Metric, known_metrics
    if group == "ganbench.datasets":
        from benchmark.datasets.catalog import known_datasets
        from benchmark.datasets.dataset import Dataset

        return Dataset, known_datasets
    if group == "ganbench.extractors":
        from benchmark.scoring.extractors.catalog import known_extractors
        from benchmark.scoring.extractors.extractor import Extractor

        return Extractor, known_extractors
    return None
