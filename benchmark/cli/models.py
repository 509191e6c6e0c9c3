"""`ganbench register`: generators in MLflow's registry."""

from typing import Annotated

import typer

from benchmark.cli import completion
from benchmark.cli.console import answer, print_document
from benchmark.cli.options import SetOption, StudyOption
from benchmark.paths import Paths
from benchmark.study.existing import existing_spec


def register(
    variant: Annotated[
        str,
        typer.Argument(
            help='A variant, or "all" for every one that has a final run.', autocompletion=completion.variants
        ),
    ],
    study: StudyOption = "digits",
    overrides: SetOption = None,
) -> None:
    """Register a variant's generator in MLflow, to be loaded and served by name and version."""
    from benchmark.tracking.registry import register as register_in_mlflow

    paths = Paths.here()
    lines = register_in_mlflow(variant, existing_spec(study, overrides or (), paths), paths, None)
    for line in lines:
        answer(line)
    print_document({"lines": lines})
