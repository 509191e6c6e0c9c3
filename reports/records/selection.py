"""Several studies as one: their final runs may be compared if they were scored under one protocol."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from itertools import combinations
from typing import Any, TypeVar

import pandas as pd

from benchmark.agreement import CrossCheck
from benchmark.errors import UserError
from benchmark.records import Protocol
from benchmark.spec import Spec
from ganzoo.names import with_nearest
from reports.records.load import StudyRecords, load

Value = TypeVar("Value")
# What decides whether a comparison is fair, but not what a score means.
_SECTIONS = ("budget", "search", "sampler", "pruner", "cohort")


def select(study_ids: Sequence[str], uris: Sequence[str], variants: Sequence[str] = ()) -> StudyRecords:
    """Read studies from stores, and lay them together.

    Args:
        study_ids: Names of experiments.
        uris: MLflow's tracking URIs; each study may lie in any, and in several.
        variants: Those to keep; all if empty.

    Raises:
        UserError: as `reports.records.load.load`; if the studies' protocols differ; if a variant is unknown.
    """
    return joined([load(study_id, *uris) for study_id in dict.fromkeys(study_ids)], variants)


def joined(studies: Sequence[StudyRecords], variants: Sequence[str] = ()) -> StudyRecords:
    """Studies that were read, laid together; see `select`."""
    records = studies[0] if len(studies) == 1 else combine(studies)
    return only(records, variants) if variants else records


def combine(studies: Sequence[StudyRecords]) -> StudyRecords:
    """Studies as one: a variant that is in several is told apart by its study, as in "dcgan (digits-1098b3b7)".

    Raises:
        UserError: if runs of one kind were scored under different protocols, or the studies rank by different scores.
    """
    first = studies[0]
    # Each with each: what one study does not say, two others may say differently.
    for one, other in combinations(studies, 2):
        _check(one, other)
    named = [_renamed(study, studies) for study in studies]
    names = tuple(name for study in named for name in study.variant_names)
    return StudyRecords(
        study_id=" + ".join(study.study_id for study in studies),
        spec=first.spec.model_copy(update={"variants": names}),
        runs=_stacked([study.runs for study in named]),
        evals=_stacked([study.evals for study in named]),
        curves=_stacked([study.curves for study in named]),
        variants=_united([study.variants for study in named]),
        protocols=_protocols(studies),
        baseline=_united([study.baseline for study in named]),
        shown=_united([study.shown for study in named]),
        samples=_united([study.samples for study in named]),
        real_samples=next((study.real_samples for study in studies if study.real_samples), None),
        environment=_environment(studies),
        warnings=(*dict.fromkeys(line for study in studies for line in study.warnings), *_unfair(studies)),
        specs={study.study_id: study.spec for study in studies},
        finished=all(study.finished for study in studies),
        cross_check=_cross_check(studies),
        addresses=_united([study.addresses for study in named]),
    )


def _protocols(studies: Sequence[StudyRecords]) -> dict[str, Protocol]:
    """By kind of run, what all studies together say."""
    told = [(kind, protocol) for study in studies for kind, protocol in study.protocols.items()]
    return {kind: reduce(Protocol.completed, (each for name, each in told if name == kind)) for kind, _ in told}


def _cross_check(studies: Sequence[StudyRecords]) -> CrossCheck | None:
    """The check that agrees least, if every study has one."""
    checks = [study.cross_check for study in studies if study.cross_check]
    return max(checks, key=lambda check: check.worst) if len(checks) == len(studies) else None


def only(records: StudyRecords, variants: Sequence[str]) -> StudyRecords:
    """The records of some variants.

    Args:
        records: A study or a selection.
        variants: Names; a bare one means that variant in every study.

    Raises:
        UserError: if a variant is not among the records.
    """
    kept: list[str] = []
    for name in variants:
        found = [known for known in records.variant_names if known == name or known.startswith(f"{name} (")]
        if not found:
            raise UserError(
                with_nearest(
                    f"variant {name!r}: not in {records.study_id}; there are {', '.join(records.variant_names)}",
                    name,
                    records.variant_names,
                )
            )
        kept += found

    def of_kept(values: dict[str, Value]) -> dict[str, Value]:
        return {name: value for name, value in values.items() if name in kept}

    return replace(
        records,
        spec=records.spec.model_copy(update={"variants": tuple(dict.fromkeys(kept))}),
        runs=records.runs[records.runs["variant"].isin(kept)],
        evals=records.evals[records.evals["variant"].isin(kept)],
        curves=records.curves[records.curves["variant"].isin(kept)],
        variants=of_kept(records.variants),
        shown=of_kept(records.shown),
        samples=of_kept(records.samples),
        addresses=of_kept(records.addresses),
    )


def _check(one: StudyRecords, other: StudyRecords) -> None:
    if one.ranked_by != other.ranked_by:
        raise UserError(
            f"{one.study_id} ranks by {one.ranked_by}, {other.study_id} by {other.ranked_by}: not comparable"
        )
    for kind in ("final", "trial"):
        sides = [study.protocols.get(kind) for study in (one, other)]
        if sides[0] and sides[1] and (fields := differing(sides[0], sides[1])):
            raise UserError(
                f"{one.study_id} and {other.study_id} cannot be compared: their {kind} runs have different "
                f"protocols ({fields})"
            )


def differing(one: Protocol, other: Protocol) -> str:
    """The fields in which two protocols differ, with both values, as one line; "" if there are none."""
    return ", ".join(f"{name} = {first!r} and {second!r}" for name, (first, second) in one.differing(other).items())


def _renamed(study: StudyRecords, studies: Sequence[StudyRecords]) -> StudyRecords:
    others = {name for other in studies if other is not study for name in other.variant_names}

    def name_of(variant: str) -> str:
        return f"{variant} ({study.study_id})" if variant in others else variant

    def renamed(values: dict[str, Value]) -> dict[str, Value]:
        return {name_of(name): value for name, value in values.items()}

    def column(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(variant=[name_of(name) for name in frame["variant"]])

    spec = study.spec.model_copy(update={"variants": tuple(name_of(name) for name in study.variant_names)})
    return replace(
        study,
        spec=spec,
        runs=column(study.runs),
        evals=column(study.evals),
        curves=column(study.curves),
        variants=renamed(study.variants),
        shown=renamed(study.shown),
        samples=renamed(study.samples),
        addresses=renamed(study.addresses),
    )


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames of the same columns as one; empty ones would turn numbers into objects."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def _united(parts: Sequence[dict[str, Value]]) -> dict[str, Value]:
    return {key: value for part in reversed(parts) for key, value in part.items()}


def _environment(studies: Sequence[StudyRecords]) -> dict[str, str]:
    names = dict.fromkeys(name for study in studies for name in study.environment)
    values = {name: [study.environment[name] for study in studies if name in study.environment] for name in names}
    return {name: ", ".join(dict.fromkeys(own)) for name, own in values.items()}


def _unfair(studies: Sequence[StudyRecords]) -> list[str]:
    """A line for every setting that differs and is no part of the protocol."""
    lines = []
    for name in _SECTIONS:
        found = {study.study_id: _settings(study.spec, name) for study in studies}
        keys = dict.fromkeys(key for settings in found.values() for key in settings)
        for key in keys:
            values = {study: settings.get(key) for study, settings in found.items()}
            if len({str(value) for value in values.values()}) > 1:
                told = ", ".join(f"{value} in {study}" for study, value in values.items())
                lines.append(f"{name}.{key} differs: {told}.")
    return lines


def _settings(spec: Spec, section: str) -> dict[str, Any]:
    dumped: Callable[..., dict[str, Any]] = getattr(spec, section).model_dump
    values = dumped(mode="json", exclude_none=True)
    # Ranges lie one level below, and are named as in a spec.
    return values.pop("shared") | values.pop("by_variant") if section == "search" else values
