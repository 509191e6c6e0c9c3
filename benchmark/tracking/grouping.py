"""Parameters that every run of a study has under the same names, so that MLflow can group and filter by them."""

from collections.abc import Mapping

from benchmark.records import TAG_KIND, TAG_VARIANT
from benchmark.spec import Spec
from ganzoo.hyperparameters import NAMES as HYPERPARAMETERS

# Of `ganzoo.variant.Variant.parts`: what is long, and tells no groups apart.
_ONLY_ON_PARENTS = {"citation", "paper_batch_size"}
OF_THE_STUDY = ("dataset", "batch_size", "steps", "extractor")


def group_params(spec: Spec, parts: Mapping[str, str]) -> dict[str, str]:
    """What a run can be grouped by: the parts of its variant, and what the study gives every run.

    Args:
        spec: The study.
        parts: Of the variant, from `ganzoo.variant.Variant.parts`; may be empty, then only the study's own are known.

    Returns:
        By name: architecture, loss, penalty, constraint ...; dataset, batch_size (the variant's own where the study
        leaves it that), steps (discriminator updates) and extractor.
    """
    budget = spec.budget
    batch_size = parts.get("paper_batch_size", "") if budget.batch_size == "paper" else str(budget.batch_size)
    of_study = (spec.dataset, batch_size, str(budget.discriminator_steps), spec.score.extractor)
    of_variant = {name: value for name, value in parts.items() if name not in _ONLY_ON_PARENTS}
    return of_variant | {name: value for name, value in zip(OF_THE_STUDY, of_study, strict=True) if value}


def parts_of(params: Mapping[str, str]) -> dict[str, str]:
    """What a variant is made of, among the parameters of its parent run."""
    others = {TAG_VARIANT, TAG_KIND, *HYPERPARAMETERS, *OF_THE_STUDY}
    return {name: value for name, value in params.items() if name not in others}


def has_groups(params: Mapping[str, str]) -> bool:
    """Whether a run was recorded with these, as all were since names of scores say the split."""
    return OF_THE_STUDY[0] in params
