"""`ganbench suite`: several studies, one after the other, and one page on all of them."""

import io
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
from typing import Annotated

import typer

from benchmark.addresses import STORAGE, check
from benchmark.cli import completion
from benchmark.cli.console import answer, for_programs, print_document, say
from benchmark.cli.options import DevicesOption, SetOption, VariantOption
from benchmark.cli.run import StorageOption, WorkersOption, ended_in_words, run_one
from benchmark.folders import check_runs
from benchmark.names import chosen_names
from benchmark.paths import Paths
from benchmark.spec import Spec
from benchmark.spec.suite import Suite, check_apart, check_protocols, load_suite
from benchmark.study.existing import spec_to_run
from benchmark.tracking.store import tracking_uri
from benchmark.workers.cluster.asked import Cluster, read_workers
from benchmark.workers.task import CHECKPOINT_SECONDS

SuiteOption = Annotated[
    str,
    typer.Option(
        "--suite",
        help="Name of a suite in studies/suites/, or the path of a TOML file.",
        autocompletion=completion.suites,
    ),
]


def suite(
    suite: SuiteOption = "embedded",
    variant: VariantOption = None,
    workers: WorkersOption = "0",
    device: DevicesOption = "auto",
    overrides: SetOption = None,
    storage: StorageOption = None,
) -> None:
    """Run the studies of a suite one after the other, then write one page on all of them.

    The same command continues where it was stopped; a finished study trains nothing.
    """
    paths = Paths.here()
    check_runs(paths)
    if storage:
        check(storage, STORAGE)
    asked = load_suite(suite, paths.studies)
    names = chosen_names(variant, "--variant") or [*asked.variants]
    specs = _checked(asked, names, overrides or (), paths)
    with ended_in_words():
        failed = _run_all(asked, names, overrides or (), (read_workers(workers), device, storage))
        _write(asked, names, specs, paths)
    if failed:
        raise typer.Exit(failed)


def _checked(asked: Suite, names: Sequence[str], overrides: Sequence[str], paths: Paths) -> list[Spec]:
    """The specs of all studies: whatever is wrong with one of them is told before any of them trains."""
    from benchmark.datasets.catalog import check_folder, find_dataset, load_split, side_of
    from benchmark.scoring.extractors.catalog import find_extractor
    from benchmark.scoring.needs import check_extractor
    from benchmark.study.launch import resolve_variants

    specs = [spec_to_run(each.study, (*each.set, *overrides), paths) for each in asked.studies]
    check_apart([(each.study, spec.study_id) for each, spec in zip(asked.studies, specs, strict=True)], asked.name)
    for spec in specs:
        check_folder(spec.dataset)
        side_of(spec.dataset, spec.resolution)
        resolve_variants(names, spec)
        check_extractor(spec.score, find_dataset(spec.dataset).name)
        find_extractor(spec.score.extractor)
    check_protocols(specs, asked.name)
    for spec in specs:  # last, since what is missing may be downloaded now
        find_extractor(spec.score.extractor).weights(paths.data)
        load_split(spec.dataset, "train", paths.data, spec.resolution)
    return specs


def _run_all(
    asked: Suite, names: Sequence[str], overrides: Sequence[str], resources: tuple[int | Cluster, str, str | None]
) -> int:
    """Run what is left of each study; the exit code of those that ended with an error of a variant's code, or 0."""
    failed = 0
    for number, each in enumerate(asked.studies, 1):
        say(f"{asked.name}: study {number} of {len(asked.studies)}, {each.study}")
        # A program that reads standard output gets one document, of the suite.
        with redirect_stdout(io.StringIO()) if for_programs() else nullcontext():
            try:
                run_one(each.study, names, (*each.set, *overrides), (*resources, None, CHECKPOINT_SECONDS, False))
            except typer.Exit as end:
                failed = end.exit_code
    return failed


def _write(asked: Suite, names: Sequence[str], specs: Sequence[Spec], paths: Paths) -> None:
    """Write the page from what MLflow and the disk hold, and print its answer."""
    from benchmark.study.launch import resolve_variants
    from reports.records.disk import Disk
    from reports.records.selection import joined
    from reports.records.sources import load_here
    from reports.suites import write_suite

    disk, uri, folder = Disk(paths.runs / "work"), tracking_uri(paths), paths.suite(asked.name)
    # A study may have others, of earlier sittings, that the suite did not ask for.
    chosen = [[variant.name for variant in resolve_variants(names, spec)] for spec in specs]
    studies = [joined([load_here(spec.study_id, uri, disk, say)], own) for spec, own in zip(specs, chosen, strict=True)]
    written = write_suite(asked.name, studies, folder)
    answer(written.answer)
    answer(f"Suite: {written.page}")
    print_document(
        {
            "suite": asked.name,
            "studies": [spec.study_id for spec in specs],
            "answer": written.answer,
            "page": str(written.page),
        }
    )
