"""The console command `ganbench`: the one door, and the only file of the harness that knows the report."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.spec import Spec, load_spec

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Which GAN variant should I use, and how sure can I be? Search, score, track and compare under one budget.",
)
console = Console()

VariantOption = Annotated[
    str,
    typer.Option(help="Variants, sets (core, all), parts (resnet+hinge+r1), commas between; the spec's if not given."),
]
StudyOption = Annotated[str, typer.Option("--study", help="Name of a spec in studies/, or the path of a TOML file.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a key of the spec, as in budget.trials=16. Repeatable."),
]
StorageOption = Annotated[
    str | None,
    typer.Option(help="Optuna's storage URL; runs/optuna.journal if not given.", envvar="OPTUNA_STORAGE"),
]


@app.command()
def run(
    study: StudyOption = "digits",
    variant: VariantOption = "",
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core, or one a GPU.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 ...")] = "auto",
    overrides: SetOption = None,
    storage: StorageOption = None,
) -> None:
    """Search, train, score and track every variant of a study, then write its report.

    The same command continues where it was stopped; a finished study trains nothing.
    """
    from benchmark.preparation import is_prepared
    from benchmark.workers import warm_up

    paths = Paths.here()
    spec = load_spec(study, paths.studies, tuple(overrides or ()))
    if not is_prepared(spec, paths):  # a new study, which will want workers
        warm_up()
    from benchmark.launch import Resources, resolve_variants, run_study
    from benchmark.progress import LiveProgress, PlainProgress

    variants = resolve_variants([name.strip() for name in variant.split(",") if name.strip()], spec)
    progress = LiveProgress(console) if console.is_terminal else PlainProgress(console)
    try:
        run_study(spec, variants, paths, Resources(workers, device, storage), progress)
    except KeyboardInterrupt as stop:  # Typer would end without a word
        print("ganbench: interrupted; the same command continues", file=sys.stderr)
        raise typer.Exit(130) from stop
    finally:
        progress.close()
    _report(spec, paths, None)
    say(f"Compare: make ui STUDY={study}")


@app.command()
def variants() -> None:
    """List the variants: what they are made of, their paper's settings, and where they come from."""
    from benchmark.inventory import sets_in_words, variant_rows

    table = Table("variant", "parts", "defaults", "reference", show_lines=True)
    for row in variant_rows():
        table.add_row(*row)
    _print_table(table)
    say(sets_in_words())


@app.command()
def parts() -> None:
    """List the parts that variants can be composed of by name, as in resnet+hinge+r1."""
    from benchmark.inventory import part_rows

    table = Table("kind", "part", "reference", "limits", show_lines=True)
    for row in part_rows():
        table.add_row(*row)
    _print_table(table)


@app.command()
def report(
    study: StudyOption = "digits",
    overrides: SetOption = None,
    output: Annotated[Path | None, typer.Option(help="Folder; runs/reports/STUDY if not given.")] = None,
) -> None:
    """Write the comparison of a study again, from what MLflow holds."""
    paths = Paths.here()
    _report(load_spec(study, paths.studies, tuple(overrides or ())), paths, output)


@app.command()
def ui(
    study: StudyOption = "digits",
    overrides: SetOption = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="On 127.0.0.1.")] = 5000,
) -> None:
    """Serve MLflow on this machine, opened on the comparison of a study's variants. Ctrl-C ends it."""
    from benchmark.ui import serve

    paths = Paths.here()
    serve(load_spec(study, paths.studies, tuple(overrides or ())), paths, port, announce=say)


@app.command()
def sample(
    source: Annotated[
        str, typer.Argument(metavar="RUN", help="A variant, a run as in dcgan-final-0001, a run id or a .safetensors.")
    ],
    study: StudyOption = "digits",
    overrides: SetOption = None,
    images: Annotated[int, typer.Option(min=1, help="How many to draw.")] = 64,
    walk: Annotated[int, typer.Option(min=0, help="Instead, walk between two latents a row in so many steps.")] = 0,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    output: Annotated[Path, typer.Option(help="The PNG to write.")] = Path("runs/samples.png"),
) -> None:
    """Draw new images, or walks between two latents, from a finished run's generator."""
    from benchmark.grids import write_grid
    from benchmark.samples import draw, find_generator
    from benchmark.samples import walk as walk_between

    paths = Paths.here()
    spec = load_spec(study, paths.studies, tuple(overrides or ()))
    saved = find_generator(source, spec, paths, None)
    steps = max(walk, 2) if walk else 0
    drawn = walk_between(saved, steps, rows=8, seed=seed) if steps else draw(saved, images, seed)
    try:
        write_grid(drawn, output, columns=steps or 8)
    except OSError as error:
        raise UserError(f"--output {str(output)!r}: cannot be written: {error.strerror}") from error
    say(f"{len(drawn)} images: {output}")


@app.command()
def score(
    source: Annotated[
        Path, typer.Argument(help="A folder of images, an .npz or .safetensors of uint8 images, or a saved generator.")
    ],
    against: Annotated[str, typer.Option(help="A data set, folder:PATH, or images in a folder or file.")] = "digits",
    split: Annotated[
        str, typer.Option(help="Of the data set: train, validation, test, train+validation, all.")
    ] = "test",
    protocol: Annotated[str, typer.Option(help="Score under a protocol: lucic2018, mimicry, kurach2019, quick.")] = "",
    overrides: SetOption = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 ...")] = "auto",
    seed: Annotated[int, typer.Option(min=0, help="Of a generator's latents.")] = 0,
    output: Annotated[Path | None, typer.Option(help="A JSON file for scores and protocol.")] = None,
) -> None:
    """Score images that any program made, or a saved generator, as runs of a study are scored."""
    from benchmark.environment import choose_device
    from benchmark.image_scores import named_split, score_images
    from benchmark.records import SCORES
    from benchmark.spec import spec_of

    values = {"name": "score", "dataset": against, "protocol": protocol}
    spec = spec_of(values, tuple(overrides or ()), f"--protocol {protocol}" if protocol else "--set")
    found = score_images(source, against, named_split(split), spec, Paths.here(), str(choose_device(device)), seed)
    table = Table("score", "", "better", box=None, pad_edge=False)
    for name, value in found.scores.items():
        better = {True: "lower", False: "higher", None: ""}[SCORES[name].lower_is_better]
        table.add_row(SCORES[name].label, f"{value:.6g}", better)
    _print_table(table)
    say(found.sentence())
    if output:
        output.write_text(found.to_json(), encoding="utf-8")


@app.command()
def doctor() -> None:
    """Say what this machine has, and what to do about what is missing."""
    from benchmark.doctor import examine

    table = Table("what", "found", "what to do", box=None, pad_edge=False)
    for finding in examine(Paths.here()):
        table.add_row(finding.topic, finding.state, finding.advice or "")
    _print_table(table)


def say(line: str) -> None:
    """Print one line as it is, never wrapped."""
    console.print(line, soft_wrap=True, highlight=False, markup=False)


def _print_table(table: Table) -> None:
    # Without a terminal a table keeps its columns whole: whoever reads the log can scroll.
    Console(width=None if console.is_terminal else 200).print(table)


def _report(spec: Spec, paths: Paths, output: Path | None) -> None:
    from benchmark.tracking.store import tracking_uri
    from reports.write import write_report

    folder = output or paths.report(spec.study_id)
    written = write_report(spec.study_id, tracking_uri(paths), folder)
    headings = ["", "variant", *(heading.label for heading in written.table.headings)]
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for row in written.table.rows:
        table.add_row(row.rank, row.name, *row.cells, style="dim" if row.kind != "variant" else None)
    _print_table(table)
    say(written.headline.answer)
    say(f"Report: {written.page}")


def main() -> None:
    """Run the command line; a person's error is one line and exit code 2, Ctrl-C is 130."""
    # Before torch is imported anywhere: the parent of a study computes nothing that pays for threads.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        app()
    except UserError as error:
        print(f"ganbench: {error}", file=sys.stderr)
        sys.exit(2)
