"""One variant's search: what is proposed, and how trials end."""

from pathlib import Path

import pytest
from optuna.trial import TrialState
from searches import PROTOCOL, RANGES, fid_of, make_spec, record_of, run_batch, run_to_the_end, search_of, trials_of

from benchmark.errors import UserError
from benchmark.records import RungRecord, State, TrialRecord
from benchmark.study.search import Search
from benchmark.study.storage import open_storage
from ganzoo.registry import VARIANTS


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "optuna.journal"


@pytest.mark.parametrize("variant", VARIANTS)
def test_trial_0_has_the_settings_of_the_paper(variant: str, journal: Path) -> None:
    first = search_of(make_spec(), variant, journal).batch()[0]
    assert (first.variant, first.kind, first.number) == (variant, "trial", 0)
    assert first.hyperparameters == VARIANTS[variant].defaults.present()


@pytest.mark.parametrize(
    ("variant", "searched", "outside", "fixed"),
    [
        ("dcgan", {"lr_generator", "lr_discriminator", "beta1", "n_critic"}, set(), {"beta2": 0.999}),
        (
            "wgan",
            {"lr_generator", "lr_discriminator", "n_critic", "clip"},
            {"lr_generator", "lr_discriminator", "n_critic"},
            {"beta2": 0.99},
        ),
        (
            "wgan-gp",
            {"lr_generator", "lr_discriminator", "beta1", "n_critic", "penalty_weight"},
            {"n_critic"},
            {"beta2": 0.9},
        ),
    ],
)
def test_what_the_variant_has_and_the_spec_names_is_searched(
    variant: str, searched: set[str], outside: set[str], fixed: dict[str, float], journal: Path
) -> None:
    """`outside`: the paper's settings that lie outside of the spec's ranges, which Optuna does not hear of."""
    spec = make_spec()
    first, *others = zip(
        run_to_the_end(search_of(spec, variant, journal)), trials_of(spec, variant, journal), strict=True
    )
    assert first[1].params == {name: first[0].hyperparameters[name] for name in searched - outside}
    for config, trial in others:
        assert trial.params.keys() == searched
        assert config.hyperparameters == trial.params | fixed


def test_ranges_are_kept_whatever_the_settings_of_the_paper(journal: Path) -> None:
    """WGAN's learning rate of 5e-5 and its n_critic of 5 lie outside of the spec's ranges."""
    asked = run_to_the_end(search_of(make_spec(budget={"trials": 28}), "wgan", journal))
    values = {name: [a.hyperparameters[name] for a in asked[1:]] for name in RANGES if name in asked[0].hyperparameters}
    assert all(1e-4 <= value <= 1e-2 for value in values["lr_generator"])
    assert all(1e-3 <= value <= 1.0 for value in values["clip"])
    assert set(values["n_critic"]) == {1.0, 2.0}
    assert len(set(values["lr_generator"])) > 20
    # On a logarithmic scale half of the numbers lie below the geometric middle.
    assert 3 < sum(value < 10**-1.5 for value in values["clip"]) < 24


def test_final_runs_of_the_settings_of_the_paper_have_all_of_them(journal: Path) -> None:
    """Those that lie outside of their ranges, which Optuna does not know, too."""
    search = search_of(make_spec(), "wgan", journal)
    while batch := search.batch():
        search.tell([record_of(config, fid=float(config.number + 1)) for config in batch])
    assert search.best() == [0]
    assert [final.hyperparameters for final in search.finals(0, range(3))] == [VARIANTS["wgan"].defaults.present()] * 3


def test_ranges_of_one_variant_replace_the_shared_ones(journal: Path) -> None:
    own = {"n_critic": {"choices": [5]}, "clip": {"low": 0.005, "high": 0.02}}
    asked = run_to_the_end(search_of(make_spec(search=RANGES | {"wgan": own}), "wgan", journal))
    assert {config.hyperparameters["n_critic"] for config in asked} == {5.0}
    assert all(0.005 <= config.hyperparameters["clip"] <= 0.02 for config in asked)


def test_a_default_of_0_may_be_searched_on_a_logarithmic_scale(journal: Path) -> None:
    spec = make_spec(search={"beta1": {"low": 0.1, "high": 0.9, "log": True}})
    asked = run_to_the_end(search_of(spec, "wgan-gp", journal))
    assert asked[0].hyperparameters["beta1"] == 0
    assert all(0.1 <= config.hyperparameters["beta1"] <= 0.9 for config in asked[1:])


def test_a_storage_that_optuna_cannot_open_is_refused(journal: Path) -> None:
    with pytest.raises(UserError, match="OPTUNA_STORAGE = 'nosuch://x': "):
        open_storage(journal, "nosuch://x")


def test_a_spec_that_searches_nothing_repeats_the_defaults_with_other_seeds(journal: Path) -> None:
    asked = run_to_the_end(search_of(make_spec(search={}), "dcgan", journal))
    assert [a.hyperparameters for a in asked] == [VARIANTS["dcgan"].defaults.present()] * 10
    assert len({a.seed for a in asked}) == 10


def test_trials_are_asked_for_a_cohort_at_a_time(journal: Path) -> None:
    search, sizes = search_of(make_spec(), "dcgan", journal), []
    while batch := search.batch():
        sizes.append([config.number for config in batch])
        run_batch(search, batch)
    assert sizes == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert search.batch() == []


def test_the_seed_of_the_study_decides_proposals_and_seeds(tmp_path: Path) -> None:
    one, same, other = (
        run_to_the_end(search_of(make_spec(seed=seed), "dcgan", tmp_path / name))
        for name, seed in (("one", 0), ("same", 0), ("other", 1))
    )
    assert one == same
    assert all(a.hyperparameters != b.hyperparameters for a, b in zip(one[1:], other[1:], strict=True))
    assert {a.seed for a in one}.isdisjoint(a.seed for a in other)


def test_cohorts_learn_from_those_before(tmp_path: Path) -> None:
    """The sampler sees a cohort's scores together: other scores change the next cohort, and not this one."""
    spec = make_spec()
    batches = []
    for name, sign in (("one", 1.0), ("other", -1.0)):
        search = search_of(spec, "dcgan", tmp_path / name)
        first = search.batch()
        search.tell([record_of(config, fid=sign * fid_of(config.hyperparameters)) for config in first])
        batches.append((first, search.batch()))
    assert batches[0][0] == batches[1][0]
    assert batches[0][1] != batches[1][1]


def test_each_state_of_a_record_ends_a_trial_as_optuna_means_it(journal: Path) -> None:
    spec = make_spec()
    search = search_of(spec, "dcgan", journal)
    states: tuple[State, ...] = ("complete", "pruned", "diverged", "failed")
    batch = search.batch()
    search.tell([record_of(config, state) for config, state in zip(batch, states, strict=True)])
    trials = trials_of(spec, "dcgan", journal)
    assert [t.state for t in trials] == [TrialState.COMPLETE, TrialState.PRUNED, TrialState.PRUNED, TrialState.FAIL]
    assert trials[0].value == fid_of(batch[0].hyperparameters)
    assert [trial.user_attrs["state"] for trial in trials] == list(states)
    assert trials[0].user_attrs == {"state": "complete", "fid": trials[0].value, "kid": 0.5}
    assert search.best() == [0]
    # A trial that failed counts as one of the budget.
    assert [config.number for config in search.batch()] == [4, 5, 6, 7]


def test_trials_are_told_in_the_order_of_their_numbers(journal: Path) -> None:
    spec = make_spec()
    search = search_of(spec, "dcgan", journal)
    search.tell([record_of(config) for config in reversed(search.batch())])
    ends = [trial.datetime_complete for trial in trials_of(spec, "dcgan", journal)]
    assert all(end is not None for end in ends)
    assert ends == sorted(ends, key=lambda end: end.timestamp() if end else 0.0)


def test_the_best_of_equals_is_the_first(journal: Path) -> None:
    search = search_of(make_spec(), "dcgan", journal)
    search.tell([record_of(a, fid=fid) for a, fid in zip(search.batch(), (9.0, 7.0, 7.0, 8.0), strict=True)])
    assert search.best(2) == [1, 2]


def test_the_objective_of_the_spec_decides(journal: Path) -> None:
    search = search_of(make_spec(score={"objective": "kid"}), "dcgan", journal)
    batch = search.batch()
    for config, kid in zip(batch, (0.4, 0.3, 0.1, 0.2), strict=True):
        search.prune(config.number, RungRecord(20, {"fid": 1 / kid, "kid": kid}, "a.png"))
    rungs = [(RungRecord(20, {"fid": 1 / kid, "kid": kid}, "a.png"),) for kid in (0.4, 0.3, 0.1, 0.2)]
    search.tell([TrialRecord(a, "complete", PROTOCOL, r) for a, r in zip(batch, rungs, strict=True)])
    assert search.best() == [2]


def test_final_runs_have_the_best_settings_and_seeds_of_their_own(journal: Path) -> None:
    search = search_of(make_spec(), "wgan", journal)
    asked = run_to_the_end(search)
    best = min(asked, key=lambda config: fid_of(config.hyperparameters))
    finals = search.finals(best.number, range(5))
    assert {final.setting for final in finals} == {str(best.number)}
    assert [(final.variant, final.kind, final.number) for final in finals] == [("wgan", "final", n) for n in range(5)]
    assert all(final.hyperparameters == best.hyperparameters for final in finals)
    assert len({config.seed for config in (*asked, *finals)}) == 10 + 5
    assert search.finals(best.number, range(5)) == finals
    assert [final.seed for final in search.finals(best.number, [1, 3])] == [finals[1].seed, finals[3].seed]


def test_the_papers_settings_race_as_trial_0_has_them(journal: Path) -> None:
    search = search_of(make_spec(), "wgan", journal)
    asked = run_to_the_end(search)
    papers = search.paper_finals(range(3))
    assert [(run.kind, run.number, run.setting, run.entrant) for run in papers] == [
        ("paper", number, "paper", "wgan (paper)") for number in range(3)
    ]
    assert all(run.hyperparameters == asked[0].hyperparameters for run in papers)
    assert {run.seed for run in papers}.isdisjoint(run.seed for run in search.finals(1, range(3)))


def test_candidates_have_the_best_settings_and_the_mean_decides(journal: Path) -> None:
    """The two best trials, by hand: the first at 4 and again at 9 loses to the second at 5 and again at 6."""
    spec = make_spec(budget={"trials": 4}, cohort={"size": 4}, final={"candidates": 2})
    search = search_of(spec, "dcgan", journal)
    batch = search.batch()
    search.tell([record_of(config, fid=fid) for config, fid in zip(batch, (8.0, 4.0, 7.0, 5.0), strict=True)])
    candidates = search.candidates()
    assert [(run.kind, run.number, run.setting) for run in candidates] == [("candidate", 0, "1"), ("candidate", 1, "3")]
    assert [run.hyperparameters for run in candidates] == [batch[1].hyperparameters, batch[3].hyperparameters]
    assert len({run.seed for run in (*batch, *candidates)}) == 6
    tried = [record_of(config, fid=fid) for config, fid in zip(candidates, (9.0, 6.0), strict=True)]
    assert search.choose(tried) == 3
    assert search.choose([record_of(candidates[0], fid=6.0), record_of(candidates[1], "diverged")]) == 1
    assert search.choose([record_of(candidates[0], fid=4.5), record_of(candidates[1], fid=4.0)]) == 1


def test_without_a_complete_trial_there_are_no_final_runs(journal: Path) -> None:
    search = search_of(make_spec(budget={"trials": 4}), "dcgan", journal)
    search.tell([record_of(config, "diverged") for config in search.batch()])
    assert search.best() == []
    assert search.choose([]) is None
    assert search.candidates() == []


def test_variants_and_studies_share_a_storage_without_meeting(journal: Path) -> None:
    spec, other = make_spec(), make_spec(seed=3)
    run_to_the_end(search_of(spec, "dcgan", journal))
    assert search_of(spec, "wgan", journal).batch()[0].number == 0
    assert len(search_of(other, "dcgan", journal).batch()) == 4
    assert len(trials_of(spec, "dcgan", journal)) == 10


def test_a_database_gives_the_same_search_as_the_journal(tmp_path: Path, journal: Path) -> None:
    spec = make_spec(budget={"trials": 8})
    storage = open_storage(tmp_path / "no" / "journal", f"sqlite:///{tmp_path / 'optuna.db'}")
    assert run_to_the_end(Search(spec, VARIANTS["dcgan"], storage)) == run_to_the_end(search_of(spec, "dcgan", journal))
    assert not (tmp_path / "no").exists()
