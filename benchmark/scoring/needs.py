"""Whether what metrics need is at hand, asked before anything is computed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torch import Tensor

from benchmark.datasets.catalog import LabelledImages
from benchmark.errors import UserError
from benchmark.metrics.catalog import find_metric
from benchmark.metrics.metric import Metric, Need
from benchmark.scoring.extractors.catalog import find_extractor
from benchmark.scoring.extractors.extractor import Extractor
from benchmark.scoring.ground_truth.catalog import find_ground_truth
from benchmark.spec import Score


@dataclass(frozen=True)
class AtHand:
    """What there is to compute metrics from.

    Attributes:
        dataset: Name of the data set.
        extractor: The network whose features are compared.
        real: The images that are compared with.
        train: Images (N, C, R, R) that generators were trained on; None if nobody knows.
    """

    dataset: str
    extractor: Extractor
    real: LabelledImages
    train: Tensor | None


def asked_for(settings: Score) -> Iterator[tuple[str, Metric]]:
    """The metrics that a spec asks for, each after the key that it stands under."""
    for key, names in (("score.metrics", settings.metrics), ("score.final_metrics", settings.final_metrics)):
        for name in names:
            yield key, find_metric(name)


def check_needs(settings: Score, given: AtHand) -> None:
    """Refuse metrics that cannot be computed.

    Raises:
        UserError: naming every such metric, what it lacks and where it stands.
    """
    found = []
    for key, metric in asked_for(settings):
        problems = [_other_extractor(metric, given), *(PROBLEMS[need](given) for need in metric.needs)]
        if problems := [problem for problem in problems if problem]:
            found.append(f"metric {metric.name!r}: {', and '.join(problems)}; leave it out of {key}")
    if found:
        raise UserError("; ".join(dict.fromkeys(found)))


def is_foreign(extractor: Extractor, dataset: str) -> bool:
    """Whether an extractor was made for other data than a data set."""
    return bool(extractor.made_for) and dataset not in extractor.made_for


def check_extractor(settings: Score, dataset: str) -> None:
    """Refuse an extractor that was made for other data, unless the spec has the word for it; reads no data.

    Raises:
        UserError: naming it, what it was made for, and what to do.
    """
    extractor = find_extractor(settings.extractor)
    if is_foreign(extractor, dataset) and not settings.foreign_extractor:
        raise UserError(
            f"extractor {extractor.name!r}: was made for {', '.join(extractor.made_for)}, and says nothing of "
            f"{dataset!r}; name another, as in --set score.extractor=pixels{_without_a_classifier(settings)}, or "
            "insist: --set score.foreign_extractor=true"
        )


def _without_a_classifier(settings: Score) -> str:
    """What else to say where the extractor is to be one that is no classifier; "" if nothing."""
    asked = [find_metric(name) for name in settings.metrics]
    others = [metric.name for metric in asked if Need.LOGITS not in metric.needs]
    if len(others) == len(asked):
        return ""
    wanting = ", ".join(metric.name for metric in asked if Need.LOGITS in metric.needs)
    return f" --set score.metrics={','.join(others)} ({wanting} would need a classifier)"


def check_number_of_images(settings: Score, features: int) -> None:
    """Refuse metrics that so many features need more images for than are generated.

    Raises:
        UserError: naming the first such metric and how many images it needs.
    """
    for _, metric in asked_for(settings):
        fewest = metric.fewest_images(features) if metric.fewest_images else 0
        if settings.images < fewest:
            raise UserError(
                f"metric {metric.name!r}: {features} features of {settings.extractor} need "
                f"score.images of {fewest} or more, not {settings.images}"
            )


def _other_extractor(metric: Metric, given: AtHand) -> str:
    if metric.extractor in (None, given.extractor.name):
        return ""
    return f"it is of extractor {metric.extractor!r} alone, not of {given.extractor.name!r}"


def _no_logits(given: AtHand) -> str:
    return "" if given.extractor.logits else f"extractor {given.extractor.name!r} is no classifier"


def _no_labels(given: AtHand) -> str:
    return "" if given.real.classes >= 2 else f"dataset {given.dataset!r} has no classes"


def _no_train_images(given: AtHand) -> str:
    return "it is not known what was trained on, unless a data set is named" if given.train is None else ""


def _no_ground_truth(given: AtHand) -> str:
    return "" if find_ground_truth(given.dataset) else f"nothing is known about dataset {given.dataset!r}"


# By need: what is wrong, "" if nothing is.
PROBLEMS: dict[Need, Callable[[AtHand], str]] = {
    Need.LOGITS: _no_logits,
    Need.LABELS: _no_labels,
    Need.TRAIN_IMAGES: _no_train_images,
    Need.GROUND_TRUTH: _no_ground_truth,
}
