"""What a training takes over at once: the source's own settings, or a quick look."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from benchmark.commands.single_run import TrainSettings, named_variant
from benchmark.datasets.catalog import find_dataset
from benchmark.errors import UserError
from benchmark.names import look_up
from ganzoo.definitions import definition_of
from ganzoo.variant import Variant

QUICK_STEPS = 1000


@dataclass(frozen=True)
class Plan:
    """What is trained, on what, and for how long.

    Attributes:
        variant: Its name, or parts.
        dataset: A data set by name; "" to take the preset's.
        steps: Discriminator updates; None to take the settings' epochs, or the preset's.
        settings: What else differs from the variant's source.
    """

    variant: str
    dataset: str
    steps: int | None
    settings: TrainSettings


def _paper(plan: Plan, variant: Variant) -> Plan:
    """The source's data set and epochs, on all images but those of the test split, as sources have them."""
    source, settings = variant.source_run, replace(plan.settings, split="train+validation")
    dataset = plan.dataset or source.dataset
    if dataset is None:
        raise UserError(f"variant {variant.name!r}: no data set of its source is known here; --dataset names one")
    if not plan.dataset:
        try:
            find_dataset(dataset)
        except UserError as error:
            found = definition_of(variant)
            place = f" ({found})" if found else ""
            raise UserError(f"variant {variant.name!r}{place}: its source_run: {error}") from error
    if plan.steps is None and settings.epochs is None:
        if source.epochs is None:
            raise UserError(
                f"variant {variant.name!r}: for how many epochs its source trains is not known here; "
                "give --epochs or --steps"
            )
        settings = replace(settings, epochs=float(source.epochs))
    return replace(plan, dataset=dataset, settings=settings)


def _quick(plan: Plan, variant: Variant) -> Plan:
    """A thousand updates on the digits, to see whether it works."""
    steps = QUICK_STEPS if plan.steps is None and plan.settings.epochs is None else plan.steps
    return replace(plan, dataset=plan.dataset or "digits", steps=steps)


PRESETS: dict[str, Callable[[Plan, Variant], Plan]] = {"paper": _paper, "quick": _quick}


def completed(plan: Plan, preset: str) -> Plan:
    """A plan with what a preset fills in; what was asked for stays.

    Raises:
        UserError: if the preset or the variant is unknown, or the preset does not know a value that is needed.
    """
    return look_up("preset", preset, PRESETS)(plan, named_variant(plan.variant))
