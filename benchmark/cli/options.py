"""Options that several commands share."""

from typing import Annotated

import typer

from benchmark.cli import completion

StudyOption = Annotated[
    str,
    typer.Option(
        "--study",
        help="Name of a spec in studies/, the path of a TOML file, or the id of a study that ran.",
        autocompletion=completion.studies,
    ),
]
VariantOption = Annotated[
    str | None,
    typer.Option(
        help="Variants, sets (core, all), parts (resnet+hinge+r1), commas between; the spec's if not given.",
        autocompletion=completion.variants,
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a key of the spec, as in budget.trials=16. Repeatable.",
        autocompletion=completion.keys,
    ),
]
DeviceOption = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 ...", autocompletion=completion.devices)]
DevicesOption = Annotated[
    str,
    typer.Option(
        "--device",
        help="auto (every GPU, or the CPU), cpu, cuda, cuda:0,cuda:2 ...: a worker each.",
        autocompletion=completion.devices,
    ),
]
ScaleOption = Annotated[
    int, typer.Option(min=0, max=64, help="How many times images are magnified; 0: as their size asks for.")
]
SeedOption = Annotated[
    int, typer.Option(min=0, max=2**64 - 1, help="Of a generator's latents, or of a protocol's draw of images.")
]
