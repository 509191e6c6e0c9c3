"""One study from several machines' stores: each run once, whoever has it."""

from collections.abc import Iterable, Sequence

from benchmark.records import TAG_SPEC
from benchmark.spec import stored_spec
from reports.records.stored import Source, StoredRun, StoredStudy


def merged(study_id: str, stores: Sequence[Source]) -> tuple[StoredStudy, tuple[str, ...]]:
    """A study as all stores together hold it.

    A run is named by variant, kind and number, and its seed derives from them: the same name in two stores is the same
    run, and counts once. One that has ended comes before one that has not.

    Args:
        study_id: Name of the experiment.
        stores: At least one of them has it.

    Returns:
        The study, and a line for every run that ended with different scores in two stores.

    Raises:
        UserError: if no store has the study, or one does not answer.
    """
    studies = [store.study(study_id) for store in stores if store.has(study_id)] or [stores[0].study(study_id)]
    if len(studies) == 1:
        return studies[0], ()
    runs, warnings = _each_once(run for study in studies for run in study.runs)
    variants = {name: params for study in reversed(studies) for name, params in study.variants.items()}
    tags = {key: value for study in reversed(studies) for key, value in study.tags.items()}
    whole = StoredStudy(
        tags=tags | {TAG_SPEC: _spec_of_all([study.tags.get(TAG_SPEC, "") for study in studies])},
        variants=variants,
        places=[place for study in studies for place in study.places],
        runs=runs,
        finished=all(study.finished for study in studies),
    )
    return whole, warnings


def _each_once(runs: Iterable[StoredRun]) -> tuple[list[StoredRun], tuple[str, ...]]:
    kept: dict[tuple[str, str, int], StoredRun] = {}
    warnings = []
    for run in runs:
        other = kept.setdefault(run.key, run)
        if other.record is None:
            kept[run.key] = run
        elif run.record is not None and run.record.final_scores != other.record.final_scores:
            warnings.append(_difference(other, run))
    return [kept[key] for key in sorted(kept)], tuple(warnings)


def _difference(one: StoredRun, other: StoredRun) -> str:
    sides = [run.record.final_scores if run.record else {} for run in (one, other)]
    name = next((name for name in {**sides[0], **sides[1]} if sides[0].get(name) != sides[1].get(name)), "state")
    values = " and ".join(str(side.get(name, "none")) for side in sides)
    where = f"{one.variant} {one.kind} {one.number}"
    return f"{where} ended differently in two stores ({name} {values}): the first was taken"


def _spec_of_all(texts: Sequence[str]) -> str:
    """The first spec with the variants of all: the list of variants is no part of a study's id."""
    try:
        specs = [stored_spec(text) for text in texts]
    except ValueError:
        return texts[0]  # whoever reads it says what is wrong with it
    names = tuple(dict.fromkeys(name for spec in specs for name in spec.variants))
    return specs[0].model_copy(update={"variants": names}).model_dump_json()
