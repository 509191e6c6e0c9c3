"""Keys of a spec as a Python dictionary, in the words of `--set`."""

import json
from collections.abc import Mapping

import tomli_w

from benchmark.errors import UserError
from benchmark.plain_text import shown

Overrides = Mapping[str, object]


def overrides(values: Overrides | None) -> tuple[str, ...]:
    """What `--set` is given on a command line, one `KEY=VALUE` a key.

    Args:
        values: By dotted key: numbers, words, True and False, lists, and dictionaries for tables.

    Raises:
        UserError: if they are no dictionary; or naming a key whose value TOML does not have.

    >>> overrides({"budget.trials": 2, "score.metrics": ["fid", "kid"], "search.beta1": {"choices": [0.0, 0.5]}})
    ('budget.trials=2', 'score.metrics=["fid", "kid"]', 'search.beta1={"choices" = [0.0, 0.5]}')
    """
    if values is None:
        return ()
    if not isinstance(values, Mapping):
        raise UserError(f'set = {shown(values)}: must be a dictionary, as in {{"budget.trials": 3}}')
    return tuple(f"{key}={_toml(key, value)}" for key, value in values.items())


def _toml(key: str, value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(name))} = {_toml(key, own)}" for name, own in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(key, each) for each in value)}]"
    try:
        return tomli_w.dumps({"value": value}).partition(" = ")[2].strip()
    except TypeError as error:
        allowed = "numbers, words, True, False, lists and dictionaries are allowed"
        raise UserError(f"set: {key} = {shown(value)} is of type {type(value).__name__}; {allowed}") from error
