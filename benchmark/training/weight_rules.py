"""What the parts of a variant must hold to that see no images: constraints of weights, schedules, averages.

As those of `benchmark.training.part_rules`, they are tried out before anything is trained.
"""

import math
from collections.abc import Callable, Container, Iterable, Mapping

import torch
from torch import Tensor, nn

from benchmark.errors import UserError
from benchmark.training.part_calls import call, check_mapped, told_of
from ganzoo.components import Averaging, Constraint, Schedule, Weights

SHARES = (0.0, 0.25, 0.5, 0.75, 0.999)
UPDATES = (1.0, 2.0, 1000.0)


def check_constraint(constraint: Constraint, discriminator: nn.Module, given: Container[str]) -> None:
    """Try a constraint out on a discriminator's first weights, which are left as they are.

    Args:
        constraint: Which.
        discriminator: Whose weights.
        given: Names of the hyperparameters that its variant has.

    Raises:
        UserError: with one line that names the function, what it gave or lacks and what is allowed.
    """
    owner = f"constraint {constraint.name!r}"
    weights = {name: each.detach() for name, each in discriminator.named_parameters()}
    if not weights:
        return
    state = _tried_state(owner, constraint, weights)
    constrained = _tried_passes(owner, constraint, weights, state)
    flat = torch.cat([each.flatten() for each in weights.values()])
    _check_project(f"{owner}: its project", constraint, flat, given)
    if constraint.regularise:
        part, of_tensors = f"{owner}: its regularise", _by_name(constraint.regularise, constrained)
        if "constraint_weight" not in given:
            raise undeclared(part, "constraint_weight")
        tensors = tuple(constrained.values())
        check_tensor(part, call(part, of_tensors, tensors), flat.sum(), "one number for all weights")
        check_mapped(part, of_tensors, tensors)


def undeclared(part: str, name: str) -> UserError:
    """What is said of a part that reads a hyperparameter which nothing gives: it would be 0."""
    return UserError(f"{part} reads {name}, and nothing gives a default of it; say defaults={{{name!r}: ...}}")


def same(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors of one shape, any, are the same to the last bit; NaN is the same as NaN."""
    return torch.allclose(one, other, rtol=0.0, atol=0.0, equal_nan=True)


def _check_project(part: str, constraint: Constraint, flat: Tensor, given: Container[str]) -> None:
    """A projection is called with the weights of all runs that train together, a row each."""
    rows, clips = torch.stack([flat, 2 * flat + 1]), flat.new_tensor([[0.01], [0.02]])
    together = call(part, constraint.project, (rows, clips))
    check_tensor(part, together, rows, "as many weights as there are, a run a row")
    for row in range(len(rows)):
        alone = constraint.project(rows[row : row + 1], clips[row : row + 1])
        check_tensor(part, alone, rows[:1], "as many weights as there are, a run a row")
        if not torch.allclose(alone[0], together[row], equal_nan=True):
            raise UserError(
                f"{part} gives a run other weights beside another run than alone; must look at each row (..., P) by "
                "itself, as weights.norm(dim=-1, keepdim=True) does"
            )
    unknown = constraint.project(rows, torch.full_like(clips, math.nan))
    if "clip" not in given and not same(unknown, together):
        raise undeclared(part, "clip")


def check_schedule(schedule: Schedule) -> None:
    """Try a schedule out at a few moments of training.

    Raises:
        UserError: with one line that says what factor it gave where, and what is allowed.
    """
    part = f"schedule {schedule.name!r}: its factor"
    for share in SHARES:
        with told_of(part, f"given {share}, "):
            factor = schedule.factor(share)
        if not isinstance(factor, int | float) or not (math.isfinite(factor) and factor >= 0):
            raise UserError(f"{part} gives {factor!r} at {share} of training; must be a number of 0 or more")


def check_averaging(averaging: Averaging, like: Tensor) -> None:
    """Try an average of weights out on a few numbers of updates, of the type of `like`, any shape.

    Raises:
        UserError: with one line that says what share it gave, and what is allowed.
    """
    part, updates = f"averaging {averaging.name!r}: its decay", like.new_tensor(UPDATES)[:, None]
    shares = call(part, averaging.decay, (updates,))
    check_tensor(part, shares, updates, "a share for each number of updates")
    if not ((shares >= 0) & (shares <= 1)).all():
        told = ", ".join(f"{share:.4g} at update {each:g}" for share, each in zip(shares[:, 0], UPDATES, strict=True))
        raise UserError(f"{part} gives {told}; must be in [0, 1]")


def check_tensor(part: str, given: object, like: Tensor, meaning: str, source: str = "") -> None:
    """Make sure that a part gave a tensor of the shape of `like`, any shape.

    Args:
        part: Whose, for people.
        given: By the part.
        like: Has the right shape.
        meaning: Of that shape, for people.
        source: Of what the part gave it, as in "of logits"; "" where nobody would ask.

    Raises:
        UserError: if it did not.
    """
    shape = tuple(given.shape) if isinstance(given, Tensor) else f"a {type(given).__name__}"
    if shape != tuple(like.shape):
        of_so_many = f" {source} ({len(like)}, ...)" if source else ""
        raise UserError(f"{part} gives {shape}{of_so_many}; must be {tuple(like.shape)}: {meaning}")


def check_tensors(part: str, given: object, like: Mapping[str, Tensor], meaning: str) -> None:
    """Make sure that a part gave tensors by name, of the names and shapes of `like`, any shapes.

    Raises:
        UserError: if it did not.
    """
    names = list(given) if isinstance(given, Mapping) else f"a {type(given).__name__}"
    if not isinstance(given, Mapping) or (names != list(like) and set(given) != set(like)):
        raise UserError(f"{part} gives {_few(names)}; must be {_few(list(like))}: {meaning}, by name")
    for name, expected in like.items():
        check_tensor(f"{part}, by the name {name!r},", given[name], expected, meaning)


def _tried_state(owner: str, constraint: Constraint, weights: Weights) -> Weights:
    part = f"{owner}: its initial_state"
    drawn = _by_name(lambda named: constraint.initial_state(named, torch.Generator().manual_seed(0)), weights)
    state = call(part, drawn, (*weights.values(),))
    if not isinstance(state, Mapping) or not all(isinstance(each, Tensor) for each in state.values()):
        raise UserError(f"{part} gives a {type(state).__name__}; must be tensors by name")
    return dict(state)


def _tried_passes(owner: str, constraint: Constraint, weights: Weights, state: Weights) -> Weights:
    """The weights that a network computes with."""
    part, given = f"{owner}: its reparametrise", (*weights.values(), *state.values())

    def passes(*tensors: Tensor) -> object:
        named = dict(zip(weights, tensors, strict=False))
        return constraint.reparametrise(named, dict(zip(state, tensors[len(weights) :], strict=True)))

    found = call(part, passes, given)
    if not isinstance(found, tuple) or len(found) != 2:
        raise UserError(f"{part} gives a {type(found).__name__}; must be (weights, next state), a tuple of two")
    check_tensors(part, found[0], weights, "the weights that it was given")
    check_tensors(f"{part}, of the state,", found[1], state, "what initial_state gives")
    check_mapped(part, passes, given)
    return dict(found[0])


def _by_name(function: Callable[[Weights], object], names: Iterable[str]) -> Callable[..., object]:
    """A function of tensors by name as one of these tensors."""
    kept = list(names)
    return lambda *tensors: function(dict(zip(kept, tensors, strict=True)))


def _few(names: list[str] | str) -> str:
    if isinstance(names, str):
        return names
    return ", ".join(map(repr, names[:4])) + (f" and {len(names) - 4} more" if len(names) > 4 else "") or "nothing"
