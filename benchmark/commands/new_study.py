"""A study spec to edit: one that is there, under another name, with its comments."""

import re
import tomllib
from pathlib import Path

import tomli_w

from benchmark.errors import UserError
from benchmark.files import atomic_write
from benchmark.paths import Paths, shipped_studies
from benchmark.spec import Spec, spec_of
from benchmark.spec.spec_files import find_spec
from benchmark.spec.toml_values import read_toml
from benchmark.typed_commands import typed_command

OF_PICTURES = "images"
OF_LARGE_SETS = "cifar10"
DEFAULT = "digits"


def write_new_study(name: str, begin_from: str, dataset: str, paths: Paths) -> Path:
    """Write `studies/NAME.toml` under the root.

    Args:
        name: Of the study, and of its file.
        begin_from: Name or path of the spec that it begins as; "" for the shipped one that fits the data set.
        dataset: What it trains on; "" for what the other one does.
        paths: Where things lie.

    Returns:
        The file.

    Raises:
        UserError: if there is such a file already, the name is none of a study, there is no spec to begin from, or that
            one cannot be had on this data set.
    """
    source = find_spec(begin_from or fitting_study(dataset), paths.studies)
    target = paths.studies / f"{name}.toml"
    values = {"name": name} | ({"dataset": dataset} if dataset else {})
    spec = spec_of(read_toml(source) | values, (), str(target))  # the name is looked at before it becomes a path
    text = source.read_text(encoding="utf-8")
    if dataset:
        _check_dataset(spec)
    if target.exists():
        raise UserError(f"{target}: is there already; give another name, or edit it")
    written = _head(name, source) + _with(text, values)
    if _loaded(written, target) != spec:
        raise UserError(
            f"{source}: its {' or '.join(values)} cannot be exchanged; write each as KEY = 'VALUE' on a line"
        )
    with atomic_write(target) as unfinished:
        unfinished.write_text(written, encoding="utf-8")
    return target


def fitting_study(dataset: str) -> str:
    """The shipped spec that a study on a data set begins as: that data set's own, else one for its kind."""
    if dataset.startswith("folder:"):
        return OF_PICTURES
    shipped = {file.stem for file in shipped_studies().glob("*.toml")}
    return dataset if dataset in shipped else OF_LARGE_SETS if dataset else DEFAULT


def _check_dataset(spec: Spec) -> None:
    """Refuse what the study's first minute would refuse."""
    from benchmark.datasets.catalog import NoSideError, check_folder, find_dataset, side_of  # imports torch
    from benchmark.scoring.needs import check_extractor

    check_folder(spec.dataset)
    try:
        side_of(spec.dataset, spec.resolution)
    except NoSideError as error:
        raise NoSideError.of(spec.dataset, f"--from {OF_PICTURES}, whose resolution is 32") from error
    check_extractor(spec.score, find_dataset(spec.dataset).name)


def _loaded(text: str, path: Path) -> Spec | None:
    """The spec that a text says; None if it is no TOML."""
    try:
        return spec_of(tomllib.loads(text), (), str(path))
    except tomllib.TOMLDecodeError:
        return None


def _with(text: str, values: dict[str, str]) -> str:
    """The text with some values of its first, nameless table exchanged."""
    first_table = re.search(r"^\[", text, re.MULTILINE)
    end = first_table.start() if first_table else len(text)
    top = text[:end]
    for key, value in values.items():
        line = tomli_w.dumps({key: value}).strip()
        old = re.compile(rf"^{key}\s*=\s*(\"[^\"\n]*\"|'[^'\n]*')", re.MULTILINE)
        top = old.sub(lambda _, line=line: line, top)  # type: ignore[misc]
    return top + text[end:]


def _head(name: str, source: Path) -> str:
    return (
        f"# Study {name}, begun as {source.stem}; change what you like, then: {typed_command('run', name)}\n"
        "# A key that is left out has its default; an unknown key or value is refused with what is allowed.\n"
        "# A changed spec is another study; only variants, searches of [budget], and seeds, most_seeds, error and\n"
        f"# margin of [final] may change for one that has begun. What follows was {source.stem}'s:\n"
    )
