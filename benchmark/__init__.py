"""The harness: it searches, trains, scores and tracks every variant of the zoo under one budget.

As a library, all under `import benchmark`, which imports nothing before it is asked for:

- `run` runs a study, `load_study` reads one: pandas frames of what came of it;
- `train` trains one variant with given settings, `load` reads a saved generator, `picture` shows images;
- `score` scores anybody's images;
- `UserError` is the one error of what a person can mend.

    >>> import benchmark
    >>> trained = benchmark.train("gan-shallow", dataset="digits", steps=20)
    >>> tuple(trained.sample(16).shape)
    (16, 1, 8, 8)
    >>> [step for step, _ in trained.curves["loss_discriminator"]] == [*range(1, 21)]
    True
    >>> generator = benchmark.load(trained.save("trained"))
    >>> bool((generator.sample(16) == trained.sample(16)).all())
    True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmark.commands.scores import Scores as Scores
    from benchmark.commands.single_run import TrainSettings as TrainSettings
    from benchmark.commands.train import Trained as Trained
    from benchmark.commands.train import train as train
    from benchmark.errors import UserError as UserError
    from benchmark.library.generators import Generator as Generator
    from benchmark.library.generators import load as load
    from benchmark.library.generators import picture as picture
    from benchmark.library.results import StudyResults as StudyResults
    from benchmark.library.scores import score as score
    from benchmark.library.studies import load_study as load_study
    from benchmark.library.studies import run as run

# What is called from here, and the module that it is in.
_HOMES = {
    "Generator": "benchmark.library.generators",
    "Scores": "benchmark.commands.scores",
    "StudyResults": "benchmark.library.results",
    "TrainSettings": "benchmark.commands.single_run",
    "Trained": "benchmark.commands.train",
    "UserError": "benchmark.errors",
    "load": "benchmark.library.generators",
    "load_study": "benchmark.library.studies",
    "picture": "benchmark.library.generators",
    "run": "benchmark.library.studies",
    "score": "benchmark.library.scores",
    "train": "benchmark.commands.train",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'benchmark' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*(each for each in globals() if each.startswith("__")), *_HOMES})
