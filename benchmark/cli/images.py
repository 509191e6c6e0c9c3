"""`ganbench sample` and `score`: images of a generator, and scores of anyone's images."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from benchmark.cli.console import print_table, say
from benchmark.cli.options import DeviceOption, SetOption, StudyOption
from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.spec import load_spec


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
    from benchmark.artifacts.grids import write_grid
    from benchmark.commands.sample import draw
    from benchmark.commands.sample import walk as walk_between
    from benchmark.tracking.saved_generator import find_generator

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
    device: DeviceOption = "auto",
    seed: Annotated[int, typer.Option(min=0, help="Of a generator's latents, or of a protocol's draw of images.")] = 0,
    cross_check: Annotated[
        bool, typer.Option("--cross-check", help="Compare FID, KID and inception score with torchmetrics'.")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="A JSON file for scores and protocol.")] = None,
) -> None:
    """Score images that any program made, or a saved generator, as runs of a study are scored."""
    from benchmark.commands.score import RealImages, named_split, score_images
    from benchmark.environment import choose_device
    from benchmark.metrics.catalog import known_scores
    from benchmark.spec import spec_of

    values = {"name": "score", "dataset": against, "protocol": protocol}
    spec = spec_of(values, tuple(overrides or ()), f"--protocol {protocol}" if protocol else "--set")
    real = RealImages(against, named_split(split))
    found = score_images(source, real, spec, Paths.here(), str(choose_device(device)), seed)
    found = found.cross_checked() if cross_check else found
    table = Table("score", "", "better", box=None, pad_edge=False)
    for name, value in found.scores.items():
        column = known_scores()[name]
        better = {True: "lower", False: "higher", None: ""}[column.lower_is_better]
        table.add_row(column.label, f"{value:.6g}", better)
    print_table(table)
    for line in (found.sentence(), *found.cautions):
        say(line)
    if found.check:
        say(found.check.sentence())
    if output:
        output.write_text(found.to_json(), encoding="utf-8")
