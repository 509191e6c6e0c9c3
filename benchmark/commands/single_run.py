"""One run that no study asked for: what it is trained with, and the cohort of one that trains it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import TYPE_CHECKING

from torch import nn

from benchmark.datasets.catalog import LabelledImages, load_split
from benchmark.datasets.split_rules import check_split
from benchmark.environment import choose_device
from benchmark.errors import UserError, finite_number, whole_number
from benchmark.paths import Paths
from benchmark.plain_text import shown
from benchmark.plugins import check_plugins
from benchmark.records import Split, TrialConfig
from benchmark.spec import Score, Spec, spec_of
from benchmark.study.preparation import check_resolution
from benchmark.training.arrangement import arrangement
from benchmark.training.cohort import Cohort, Member
from benchmark.training.kernels.selection import set_precision
from benchmark.training.model import ImageShape
from benchmark.training.sampling import InputSource
from benchmark.workers.arithmetic import worker_arithmetic
from benchmark.workers.cohort_scheduler import CURVE_POINTS
from benchmark.workers.context import setup_of
from benchmark.workers.trial_runner import evaluated
from ganzoo.hyperparameters import NAMES
from ganzoo.registry import find_variant
from ganzoo.variant import Variant


class DivergedError(UserError):
    """A loss or a weight was not finite any more."""


@dataclass(frozen=True)
class TrainSettings:
    """What a variant is trained with; what is left out is its source's.

    Attributes:
        epochs: How often the discriminator sees every training image, > 0, where no number of steps is given.
        batch_size: Images a batch, 2 or more; the source's if None.
        hyperparameters: By name in `ganzoo.hyperparameters.NAMES`, over the source's.
        resolution: Side in pixels that images are resized to; the data set's own if 0.
        split: What is trained on: "train", "train+validation" ...
        curve_points: How many points the curves get, 1 or more; a trial of a study has 50.
        score: How images are sampled and scored.
    """

    epochs: float | None = None
    batch_size: int | None = None
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    resolution: int = 0
    split: Split = "train"
    curve_points: int = CURVE_POINTS
    score: Score = field(default_factory=Score)

    if not TYPE_CHECKING:  # which knows the fields

        def __new__(cls, *_: object, **named: object) -> "TrainSettings":
            """Refuse what is no field with a line of ours."""
            known = [each.name for each in fields(cls)]
            for name in named.keys() - known:
                where = {"steps": "train(..., steps=5)", "seed": "train(..., seed=0)"}.get(name)
                hint = f"; it is an argument of train, as in {where}" if where else ""
                hint = f'; it goes into hyperparameters={{"{name}": ...}}' if name in NAMES else hint
                raise UserError(f"TrainSettings({name}=...): no such field{hint}; allowed: {', '.join(known)}")
            return super().__new__(cls)

    def __repr__(self) -> str:
        usual = TrainSettings()
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return f"TrainSettings({', '.join(f'{k}={v!r}' for k, v in told.items() if v != getattr(usual, k))})"


@dataclass(frozen=True, eq=False)
class SingleRun:
    """A variant on its way through one training, or at its end.

    Attributes:
        variant: What is trained.
        spec: Data, length, batches and scores, as a study would have them.
        config: Seed and hyperparameters.
        cohort: Of one, which trains it; of none once it diverged.
        member: That one.
        source: Where its inputs come from when it is sampled.
        images: How many it is trained on.
    """

    variant: Variant
    spec: Spec
    config: TrialConfig
    cohort: Cohort
    member: Member
    source: InputSource
    images: int

    @classmethod
    def of(
        cls, variant: str, dataset: str, steps: int | None, seed: int, device: str, settings: TrainSettings
    ) -> "SingleRun":
        """A run before its first step.

        Args:
            variant: Its name, or parts as in "resnet+hinge+r1".
            dataset: A name in `benchmark.datasets.catalog.known_datasets`, or "folder:PATH".
            steps: Discriminator updates; if None, as many as the settings' epochs have.
            seed: In [0, 2**63).
            device: "auto", "cpu", "cuda", "cuda:1" ...
            settings: What differs from the variant's source.

        Raises:
            UserError: if a name is unknown, a value is not allowed, nothing says for how long, or data cannot be had.
        """
        _check(settings)
        if steps is not None:
            whole_number("steps", steps, least=1)
        found, place = named_variant(variant), choose_device(device)
        hyperparameters = _hyperparameters(found, settings.hyperparameters)
        spec = _spec(found, dataset, 1 if steps is None else steps, seed, settings)
        check_resolution(spec, [found], Paths.here())
        load = partial(load_split, dataset, data=Paths.here().data, resolution=spec.resolution)
        data = load(spec.train_split)
        check_split(dataset, spec.train_split, data.images, lambda split: load(split).images)
        data = data.to(place)
        if steps is None or settings.epochs is not None:
            spec = _spec(found, dataset, _steps(found, steps, settings, data), seed, settings)
        config = TrialConfig(found.name, "trial", 0, seed, hyperparameters)
        set_precision(spec.cohort.precision)
        setup = setup_of(spec, found, data, Paths.here().cache)
        _, method = arrangement(setup, 1, spec.cohort.method)
        with worker_arithmetic():
            cohort = Cohort(setup, [config], max(1, setup.steps // settings.curve_points), method)
        member = cohort.members[0]
        source = InputSource(cohort.model, data.labels, member.streams)
        return cls(found, spec, config, cohort, member, source, len(data.images))

    def __repr__(self) -> str:
        return f"<run of {self.variant.name} on {self.spec.dataset}, step {self.steps_done} of {self.steps}>"

    @property
    def steps(self) -> int:
        """Discriminator updates in the whole run."""
        return self.cohort.setup.steps

    @property
    def steps_done(self) -> int:
        """Discriminator updates so far."""
        return self.member.steps_done

    @property
    def shape(self) -> ImageShape:
        """Of the images."""
        return self.cohort.model.shape

    def advance(self, stop: int, between: Callable[[], None]) -> None:
        """Train until a discriminator step.

        Args:
            stop: Beyond those that were made, and not beyond the last.
            between: Called between stretches of about a second.

        Raises:
            DivergedError: if a loss or a weight is not finite any more.
        """
        with worker_arithmetic():
            lost = self.cohort.advance(stop, between=between)
        if lost:
            rates = ", ".join(f"{name} = {value:g}" for name, value in lost[0].hyperparameters.present().items())
            raise DivergedError(
                f"variant {self.variant.name!r} diverged by step {lost[0].steps_done}: a loss or a weight is not "
                f"finite any more, with {rates}"
            )

    def networks(self, score: Score) -> tuple[nn.Module, nn.Module]:
        """Generator, in the evaluation mode that is asked for, and discriminator: copies on the run's device."""
        with worker_arithmetic():
            return evaluated(self.cohort, self.member, self.source, score)


def _check(settings: TrainSettings) -> None:
    """Refuse what is none, and what the spec does not look at."""
    if not isinstance(settings, TrainSettings):
        kind = type(settings).__name__
        raise UserError(f"settings, of type {kind}: must be TrainSettings, as in TrainSettings(epochs=2)")
    whole_number("curve_points", settings.curve_points, least=1)
    if not isinstance(settings.score, Score):
        raise UserError(f"score, of type {type(settings.score).__name__}: must be benchmark.spec.Score")
    if not isinstance(asked := settings.hyperparameters, Mapping):
        raise UserError(f'hyperparameters = {shown(asked)}: must be a dictionary, as in {{"beta1": 0.5}}')


def named_variant(name: str) -> Variant:
    """The variant called `name`, or composed of parts.

    Raises:
        UserError: with one line that lists the known names and the nearest; and if somebody's package is broken.
    """
    if not isinstance(name, str):
        raise UserError(f"variant: {shown(name)} is no name; give one, as in 'wgan'")
    check_plugins()
    try:
        return find_variant(name)
    except LookupError as error:
        raise UserError(str(error.args[0])) from error


def _hyperparameters(variant: Variant, asked: Mapping[str, float]) -> dict[str, float]:
    """The variant's own, with those that were asked for."""
    defaults = variant.defaults.present()
    for name in asked:
        if name not in defaults:
            raise UserError(f"hyperparameter {name!r}: variant {variant.name!r} has {', '.join(defaults)}")
    try:
        return variant.defaults.updated({name: finite_number(name, value) for name, value in asked.items()}).present()
    except ValueError as error:
        raise UserError(str(error)) from error


def _spec(variant: Variant, dataset: str, steps: int, seed: int, settings: TrainSettings) -> Spec:
    values = {
        "name": "train",
        "dataset": dataset,
        "seed": seed,
        "resolution": settings.resolution,
        "train_split": settings.split,
        "budget": {"discriminator_steps": steps, "batch_size": _batch(variant, settings)},
    }
    return spec_of(values, (), "training").model_copy(update={"score": settings.score})


def _steps(variant: Variant, steps: int | None, settings: TrainSettings, data: LabelledImages) -> int:
    """Discriminator updates of the settings' epochs."""
    epochs = settings.epochs
    if epochs is None:
        raise UserError(f"variant {variant.name!r}: give steps, or epochs, for how long it is trained")
    if steps is not None:
        raise UserError(f"steps = {steps} and epochs = {epochs:g}: give one of them")
    if finite_number("epochs", epochs) <= 0:
        raise UserError(f"epochs = {epochs:g}: must be a finite number > 0")
    return max(1, round(epochs * len(data.images) / _batch(variant, settings)))


def _batch(variant: Variant, settings: TrainSettings) -> int:
    return variant.batch_size if settings.batch_size is None else settings.batch_size
