"""`ganbench train`: one variant, without any search, and what a person wants to look at afterwards."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli import completion
from benchmark.cli.console import answer, for_people, is_quiet, print_document, say
from benchmark.cli.options import DeviceOption, ScaleOption
from benchmark.errors import UserError
from benchmark.notices import tell
from benchmark.paths import Paths

if TYPE_CHECKING:
    from benchmark.commands.train_folder import TrainingFolder

POINTS = 500  # of the curves


def train(
    variant: Annotated[
        str, typer.Argument(help="A variant, or parts as in resnet+hinge+r1.", autocompletion=completion.variants)
    ],
    preset: Annotated[
        str, typer.Option(help="paper: with the source's settings. quick: 1,000 updates on the digits.")
    ] = "paper",
    dataset: Annotated[
        str,
        typer.Option(help="A data set, or folder:PATH; the preset's if not given.", autocompletion=completion.datasets),
    ] = "",
    epochs: Annotated[float | None, typer.Option(help="How often all images are seen; the preset's.")] = None,
    steps: Annotated[int | None, typer.Option(help="Discriminator updates, in place of epochs.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Images a batch; the source's if not given.")] = None,
    resolution: Annotated[int, typer.Option(min=0, max=4096, help="Side in pixels; the data set's own if 0.")] = 0,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A hyperparameter, as in n_critic=2 or beta1=0.5. Repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of weights, order of the data and latents.")] = 0,
    device: DeviceOption = "auto",
    samples_every_epoch: Annotated[
        bool, typer.Option("--samples-every-epoch", help="A picture of the same latents at the end of every epoch.")
    ] = False,
    scale: ScaleOption = 0,
    output: Annotated[Path | None, typer.Option(help="A folder of its own; one in runs/train/ if not given.")] = None,
) -> None:
    """Train one variant without any search: pictures, curves, weights and a walk between two latents in one folder.

    The same command continues where it was stopped.
    """
    from benchmark.commands.single_run import SingleRun, TrainSettings
    from benchmark.commands.train import Trained
    from benchmark.commands.train_folder import Pictures, TrainingFolder, default_folder
    from benchmark.commands.train_presets import Plan, completed
    from benchmark.datasets.catalog import NoSideError

    asked = TrainSettings(epochs, batch_size, hyperparameters(values or ()), resolution, curve_points=POINTS)
    plan, pictures = completed(Plan(variant, dataset, steps, asked), preset), Pictures(samples_every_epoch, scale)
    try:
        run = SingleRun.of(plan.variant, plan.dataset, plan.steps, seed, device, plan.settings)
    except NoSideError as error:
        raise NoSideError.of(plan.dataset, "--resolution 32") from error
    except UserError as error:
        if dataset or plan.dataset == "digits":
            raise
        raise UserError(f"{error}; --dataset digits needs no download") from error
    folder = output or default_folder(run, pictures, Paths.here().runs)
    _train(TrainingFolder(Trained(run, plan.settings), folder, pictures), folder)


def _train(training: "TrainingFolder", folder: Path) -> None:
    from benchmark.cli.train_progress import TrainProgress
    from benchmark.workers.stopping import Stopped, StopRequest

    if training.edited:
        tell(training.edited)
    if training.is_finished:
        answer(f"{folder}: trained before; nothing is trained again")
        print_document(training.document())
        return
    step = training.resume()
    say(f"{folder}: goes on after step {step}" if step else f"{folder}: begun")
    stop = StopRequest()
    try:
        with stop.heard(), TrainProgress(for_people(), quiet=is_quiet()) as progress:
            training.train(progress.show, stop)
    except Stopped as stopped:
        print("ganbench: interrupted, and all is kept; the same command continues", file=sys.stderr)
        raise typer.Exit(128 + stop.number) from stopped
    for line in training.left():
        answer(line)
    print_document(training.document())


def hyperparameters(values: Sequence[str]) -> dict[str, float]:
    """Hyperparameters of `KEY=VALUE` each.

    Raises:
        UserError: naming the first that is no number by a name.
    """
    found = {}
    for value in values:
        name, _, number = value.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError as error:
            raise UserError(f"--set {value}: must be KEY=NUMBER, as in n_critic=2") from error
    return found
