"""How the spec's `[sampler]` table chooses trials."""

import json
from pathlib import Path
from typing import Any

import pytest
from searches import RANGES, fid_of, make_spec, record_of, run_to_the_end, search_of, trials_of

from benchmark.study.search import SeededSampler
from ganzoo.registry import VARIANTS

TIED = {"same_learning_rates": True}


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "optuna.journal"


def test_one_learning_rate_for_both(journal: Path) -> None:
    first, *others = run_to_the_end(search_of(make_spec(sampler=TIED), "wgan-gp", journal))
    rates = [(each.hyperparameters["lr_generator"], each.hyperparameters["lr_discriminator"]) for each in others]
    assert all(generator == discriminator for generator, discriminator in rates)
    assert len(set(rates)) == len(others)
    assert first.hyperparameters == VARIANTS["wgan-gp"].defaults.present()


def test_final_runs_have_it_too(journal: Path) -> None:
    search = search_of(make_spec(sampler=TIED), "dcgan", journal)
    trials = run_to_the_end(search)
    best = min(trials, key=lambda each: fid_of(each.hyperparameters))
    assert best.number > 0
    assert [final.hyperparameters for final in search.finals(best.number, range(3))] == [best.hyperparameters] * 3


def test_random_trials_do_not_learn(journal: Path) -> None:
    """The same trials whatever the scores; TPE's differ once it has seen some."""

    def chosen(kind: str, better: float) -> list[dict[str, float]]:
        search = search_of(make_spec(sampler={"kind": kind}), "dcgan", journal.with_name(f"{kind}{better}"))
        seen = []
        while batch := search.batch():
            seen += [config.hyperparameters for config in batch]
            search.tell([record_of(each, fid=better * fid_of(each.hyperparameters)) for each in batch])
        return seen

    assert chosen("random", 1.0) == chosen("random", -1.0)
    tpe, upside_down = chosen("tpe", 1.0), chosen("tpe", -1.0)
    assert tpe[:4] == upside_down[:4]
    assert tpe != upside_down


def test_all_hyperparameters_are_drawn_together(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though the first trial lacks one of them, for the paper's n_critic lies outside of its choices."""
    spec, drawn, draw = make_spec(), [], SeededSampler.sample_relative

    def recorded(sampler: SeededSampler, study: Any, trial: Any, space: dict[str, Any]) -> dict[str, Any]:
        drawn.append({*space})
        return draw(sampler, study, trial, space)

    monkeypatch.setattr(SeededSampler, "sample_relative", recorded)
    run_to_the_end(search_of(spec, "wgan-gp", journal))
    assert drawn
    assert all(names == {*RANGES} - {"clip"} for names in drawn)
    first, *others = trials_of(spec, "wgan-gp", journal)
    assert "n_critic" not in first.params
    for trial in others[spec.cohort.size - 1 :]:
        together = json.loads(trial.system_attrs["tpe:relative_params:0"])
        assert together == trial.params
