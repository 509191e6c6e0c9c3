from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmark.agreement import Agreement, CrossCheck
from benchmark.errors import UserError
from benchmark.records import TrialRecord
from reports.analysis.leaderboard import leaderboard
from reports.output.page import render_page
from reports.records.load import StudyRecords
from reports.records.selection import combine, only, select
from reports.text.headline import headline

Gather = Callable[[list[TrialRecord]], StudyRecords]


@pytest.fixture
def two(make_record: Callable[..., TrialRecord], in_memory: Gather) -> list[StudyRecords]:
    """dcgan in both studies, hinge in the first and wgan-gp in the second, which trains longer."""
    finals = {"dcgan": [40.0, 41.0, 42.0], "hinge": [50.0, 51.0, 52.0]}
    one = in_memory([make_record(v, "final", n, fid) for v, fids in finals.items() for n, fid in enumerate(fids)])
    finals = {"dcgan": [30.0, 31.0, 32.0], "wgan-gp": [60.0, 61.0, 62.0]}
    other = in_memory([make_record(v, "final", n, fid) for v, fids in finals.items() for n, fid in enumerate(fids)])
    longer = other.spec.model_copy(
        update={"budget": other.spec.budget.model_copy(update={"discriminator_steps": 2000, "rungs": (2000,)})}
    )
    return [replace(one, study_id="one-1"), replace(other, study_id="two-2", spec=longer)]


def test_variants_of_both_are_told_apart_and_ranked_together(two: list[StudyRecords]) -> None:
    records = combine(two)
    board = leaderboard(records)
    assert board["variant"].tolist() == ["dcgan (two-2)", "dcgan (one-1)", "hinge", "wgan-gp"]
    assert board["fid_mean"].tolist() == [31.0, 41.0, 51.0, 61.0]
    assert board["verdict"].tolist() == ["contender", "out", "out", "out"]
    told = headline(records, board).details[0]
    assert told.startswith("This answers for the settings that the searches of 2 studies found, on digits")
    assert "with each study's discriminator updates, by FID" in told
    assert records.study_id == "one-1 + two-2"
    assert list(records.specs) == ["one-1", "two-2"]
    assert len(records.runs) == 12
    assert "dcgan (two-2)" in render_page(records, board)


def test_what_is_unfair_but_no_protocol_is_said(two: list[StudyRecords]) -> None:
    records = combine(two)
    assert "budget.discriminator_steps differs: 1000 in one-1, 2000 in two-2." in records.warnings
    assert not any("seeds" in line for line in records.warnings)
    assert records.warnings[0] in headline(records, leaderboard(records)).warnings


def test_different_protocols_are_refused_with_both_values(two: list[StudyRecords]) -> None:
    one, other = two
    protocol = replace(other.protocols["final"], generated_images=5000)
    with pytest.raises(
        UserError, match=r"one-1 and two-2 cannot be compared.*generated_images = 449 and 5000"
    ) as caught:
        combine([one, replace(other, protocols={"final": protocol})])
    assert "\n" not in str(caught.value)


def test_different_rankings_are_refused(two: list[StudyRecords]) -> None:
    one, other = two
    score = other.spec.score.model_copy(update={"objective": "precision"})
    ranked_otherwise = replace(other, spec=other.spec.model_copy(update={"score": score}))
    with pytest.raises(UserError, match="one-1 ranks by fid, two-2 by precision"):
        combine([one, ranked_otherwise])


def test_some_variants_alone(two: list[StudyRecords]) -> None:
    records = only(combine(two), ["wgan-gp", "dcgan"])
    assert leaderboard(records)["variant"].tolist() == ["dcgan (two-2)", "dcgan (one-1)", "wgan-gp"]
    with pytest.raises(UserError, match=r"variant 'lsgan': not in one-1 \+ two-2; there are dcgan \(one-1\), hinge"):
        only(combine(two), ["lsgan"])


def test_a_single_study_keeps_its_names(study) -> None:
    records = select([study.spec.study_id, study.spec.study_id], [study.uri], ["dcgan", "hinge"])
    assert records.study_id == study.spec.study_id
    assert records.variant_names == ["dcgan", "hinge"]
    assert set(records.evals["variant"]) == {"dcgan", "hinge"}


def test_the_check_of_several_studies_is_that_which_agrees_least(two: list[StudyRecords]) -> None:
    checks = [CrossCheck("torchmetrics 1.9.0", {"fid": Agreement(1.0, 1.0 + gap)}) for gap in (2e-9, 1e-9)]
    checked = [replace(study, cross_check=check) for study, check in zip(two, checks, strict=True)]
    assert combine(checked).cross_check == checks[0]
    assert combine([checked[1], checked[0]]).cross_check == checks[0]
    assert combine([checked[0], two[1]]).cross_check is None


def told(study: StudyRecords, **changes: int) -> StudyRecords:
    return replace(study, protocols={kind: replace(each, **changes) for kind, each in study.protocols.items()})


@pytest.mark.parametrize("name", ["kid_subset_size", "batch_norm_batches", "batch_norm_batch_size"])
def test_what_scores_rest_on_is_compared_where_both_say(name: str, two: list[StudyRecords]) -> None:
    one, other = two
    with pytest.raises(UserError, match=f"cannot be compared.*{name} = 50 and 100"):
        combine([told(one, **{name: 50}), told(other, **{name: 100})])
    # A study of an earlier version says nothing: it goes with either, and what the other says stands.
    for pair in ([one, told(other, **{name: 50})], [told(one, **{name: 50}), other]):
        assert getattr(combine(pair).protocols["final"], name) == 50
    silent = replace(one, study_id="three-3")
    with pytest.raises(UserError, match=f"one-1 and two-2 cannot be compared.*{name} = 50 and 100"):
        combine([silent, told(one, **{name: 50}), told(other, **{name: 100})])
