"""`ganbench sample` and `score`: images of a generator, and scores of anyone's images."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from benchmark.cli import completion
from benchmark.cli.console import add_row, answer, print_document, print_table, say
from benchmark.cli.options import DeviceOption, ScaleOption, SeedOption, SetOption, StudyOption
from benchmark.cli.output_file import check_output, check_output_folder, unwritable, write_output
from benchmark.paths import Paths
from benchmark.plain_text import counted
from benchmark.study.existing import existing_spec

ROWS = 8  # of walks


def sample(
    source: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="A variant, a run as in dcgan-final-0001, a run id or a .safetensors.",
            autocompletion=completion.variants,
        ),
    ],
    study: StudyOption = "digits",
    overrides: SetOption = None,
    images: Annotated[int, typer.Option(min=1, help="How many to draw.")] = 64,
    walk: Annotated[int, typer.Option(min=0, help="Instead, walk between two latents a row in so many steps.")] = 0,
    seed: SeedOption = 0,
    scale: ScaleOption = 0,
    output: Annotated[
        str | None,
        typer.Option(
            help="By its ending: .png a sheet; .npz images for ganbench score; / a folder of single PNGs; of a walk "
            ".gif, .webp, .apng, too. runs/samples.png if not given."
        ),
    ] = None,
) -> None:
    """Draw new images, or walks between two latents, from a finished run's generator."""
    from benchmark.commands.drawn_files import Kind, kind_of, write_drawn
    from benchmark.commands.sample import check_count, draw
    from benchmark.commands.sample import walk as walk_between
    from benchmark.tracking.saved_generator import find_generator

    paths = Paths.here()
    spec = existing_spec(study, overrides or (), paths)
    given = output or str(paths.runs / "samples.png")
    kind, target = kind_of(given, walks=walk > 0, scale=scale), Path(given)
    (check_output_folder if kind is Kind.PICTURES else check_output)(target)
    saved = find_generator(source, spec, paths, None)
    steps = max(walk, 2) if walk else 0
    if kind in (Kind.SHEET, Kind.MOTION):
        asked = ("--walk", steps, saved, ROWS) if steps else ("--images", images, saved, 1)
        check_count(*asked, scale)
    drawn = walk_between(saved, steps, ROWS, seed) if steps else draw(saved, images, seed)
    try:
        write_drawn(drawn, target, kind, steps, scale)
    except OSError as error:
        raise unwritable(target, error) from error
    answer(f"{counted(len(drawn), 'image')}: {target}")
    print_document({"images": len(drawn), "file": str(target)})


def score(
    source: Annotated[
        Path,
        typer.Argument(help="Pictures in a folder or .zip; an .npy, .npz or .safetensors of images; or a generator."),
    ],
    against: Annotated[
        str,
        typer.Option(
            help="A data set or folder:PATH, of which --split counts; a folder or file, of which all images do; or an "
            ".npz of mu and sigma.",
            autocompletion=completion.datasets,
        ),
    ] = "digits",
    split: Annotated[
        str,
        typer.Option(
            help="Of the data set: train, validation, test, train+validation, all.", autocompletion=completion.splits
        ),
    ] = "test",
    protocol: Annotated[
        str,
        typer.Option(
            help="Score under a protocol: lucic2018, mimicry, kurach2019, quick.", autocompletion=completion.protocols
        ),
    ] = "",
    overrides: SetOption = None,
    device: DeviceOption = "auto",
    seed: SeedOption = 0,
    cross_check: Annotated[
        bool, typer.Option("--cross-check", help="Compare FID, KID and inception score with torchmetrics'.")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="A JSON file for scores and protocol.")] = None,
) -> None:
    """Score images that any program made, or a saved generator, as runs of a study are scored."""
    from benchmark.commands.score import RealImages, named_split, score_images, scoring
    from benchmark.environment import choose_device
    from benchmark.metrics.catalog import known_scores
    from benchmark.spec import spec_of

    check_output(output)
    values = {"name": "score", "dataset": against, "protocol": protocol}
    spec = spec_of(values, scoring(overrides or ()), f"--protocol {protocol}" if protocol else "--set")
    real = RealImages(against, named_split(split))
    found = score_images(source, real, spec, Paths.here(), str(choose_device(device)), seed)
    found = found.cross_checked() if cross_check else found
    table = Table("score", "", "better", box=None, pad_edge=False)
    for name, value in found.scores.items():
        column = known_scores()[name]
        add_row(table, column.label, f"{value:.6g}", column.better)
    print_table(table)
    answer(found.sentence())
    for line in found.cautions:
        say(line)
    if found.check:
        answer(found.check.sentence())
    if output:
        write_output(output, found.to_json())
    print_document(json.loads(found.to_json()))
