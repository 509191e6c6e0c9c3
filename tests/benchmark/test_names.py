import pytest

from benchmark.errors import UserError
from benchmark.names import look_up

CATALOG = {"mnist": 1, "digits": 2}


def test_finds_an_entry_by_its_exact_name() -> None:
    assert look_up("dataset", "digits", CATALOG) == 2


@pytest.mark.parametrize("name", ["digit", "DIGITS", "digits "])
def test_an_unknown_name_is_one_line_with_the_nearest_and_all(name: str) -> None:
    with pytest.raises(UserError) as refused:
        look_up("dataset", name, CATALOG)
    assert str(refused.value) == f"unknown dataset {name!r}: did you mean 'digits'? Known: mnist, digits"
