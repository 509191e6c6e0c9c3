"""Values of Python as the spec reads them."""

import math
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.spec import Spec, load_spec
from benchmark.spec.python_values import overrides


def spec_with(values: dict[str, object], tiny: Spec, tmp_path: Path) -> Spec:
    (tmp_path / "spec.toml").write_text('name = "spec"\ndataset = "digits"\n', encoding="utf-8")
    return load_spec(str(tmp_path / "spec.toml"), tmp_path, overrides(values))


def test_numbers_words_lists_and_tables_arrive_as_they_are(tiny: Spec, tmp_path: Path) -> None:
    spec = spec_with(
        {
            "budget.trials": 3,
            "budget.rungs": (10, 20),
            "budget.discriminator_steps": 20,
            "score.metrics": ["fid", "kid"],
            "score.foreign_extractor": True,
            "search.lr_generator": {"low": 1e-5, "high": 1e-2, "log": True},
            "sampler.kind": "random",
            "final.error": 0.1,
        },
        tiny,
        tmp_path,
    )
    assert (spec.budget.trials, spec.budget.rungs) == (3, (10, 20))
    assert spec.score.metrics == ("fid", "kid")
    assert spec.score.foreign_extractor is True
    found = spec.search.shared["lr_generator"]
    assert (found.low, found.high, found.log) == (1e-5, 1e-2, True)
    assert spec.sampler.kind == "random"
    assert spec.final.error == 0.1


def test_a_word_of_digits_stays_a_word_and_quotes_stay_quotes() -> None:
    assert overrides({"dataset": "16", "name": 'a"b'}) == ('dataset="16"', r'name="a\"b"')
    assert overrides({"x": math.inf}) == ("x=inf",)


def test_nothing_is_nothing() -> None:
    assert overrides(None) == overrides({}) == ()


@pytest.mark.parametrize("value", [None, object, {1, 2}])
def test_what_toml_lacks_is_refused_by_its_key(value: object) -> None:
    with pytest.raises(UserError, match=r"^set: budget.trials = .*; numbers, words, True, False, lists and dict"):
        overrides({"budget.trials": value})


@pytest.mark.parametrize("values", ["budget.trials=3", ["budget.trials=3"], 3, ""])
def test_what_is_no_dictionary_is_refused_with_how_to_write_one(values: object) -> None:
    with pytest.raises(UserError) as refused:
        overrides(values)  # type: ignore[arg-type]
    assert str(refused.value) == f'set = {values!r}: must be a dictionary, as in {{"budget.trials": 3}}'
