"""`ganbench extractor train`: features for one's own data."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli import completion
from benchmark.cli.console import answer, print_document, say
from benchmark.cli.output_file import check_output
from benchmark.paths import Paths


def train_extractor(
    dataset: Annotated[
        str,
        typer.Option(
            help="A data set with labels, or folder:PATH with a folder a class.", autocompletion=completion.datasets
        ),
    ],
    resolution: Annotated[int, typer.Option(min=0, max=64, help="Side in pixels; 0: the data set's own.")] = 0,
    epochs: Annotated[int, typer.Option(min=0, max=10_000, help="How often images are seen; 0: 6 to 30 times.")] = 0,
    output: Annotated[
        Path | None, typer.Option(help="File for the weights; data/extractors/DATASET.safetensors if not given.")
    ] = None,
) -> None:
    """Train a small classifier of a data set's train split, on whose features its images can be scored.

    Where no published network was made for the images, as for grey digits, cells or spectra. It says how many images
    that it never saw it classifies rightly; scores carry the digest of its weights.
    """
    from benchmark.commands.extractor_training import train_classifier, usual_file

    paths = Paths.here()
    check_output(output)
    found = train_classifier(dataset, resolution, epochs, output or usual_file(dataset, paths.data), paths.data)
    about = found.about
    say(f"{about.channels} x {about.side} x {about.side} pixels, {about.classes} classes, {found.epochs} epochs")
    shares = ", ".join(f"{split} {share:.1%}" for split, share in about.accuracy.items()) or "no split to measure it on"
    answer(f"{found.file}: right on {shares}; trained in {found.seconds:.1f} s; weights {found.digest}")
    say(f"Score with it: --set score.extractor={found.name}")
    print_document({"extractor": found.name, "digest": found.digest, "seconds": found.seconds, **asdict(about)})
