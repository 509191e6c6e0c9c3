"""What a study that asks for compiled gradients needs before it trains: a compiler, and what it makes."""

from collections.abc import Callable, Sequence
from functools import partial

from benchmark.errors import UserError
from benchmark.paths import Paths
from benchmark.spec import Spec
from benchmark.workers.events import ManagedPool


def check_compiler(spec: Spec, device: str, *, here: bool = True) -> None:
    """Refuse a study that asks for compiled gradients where they cannot be had.

    Args:
        spec: The study.
        device: Where it trains, as torch names it.
        here: Whether it trains on this host, not on a cluster's nodes.

    Raises:
        UserError: if that is no CPU of this host, or there is no C++ compiler.
    """
    if spec.cohort.gradients != "compiled":
        return
    from benchmark.training.programs.machine_code import CompilerError, compiler

    asked = f'study {spec.study_id}: cohort.gradients = "compiled"'
    if device != "cpu":
        raise UserError(f"{asked} is for CPUs, and this device is {device}: leave it out")
    if not here:
        raise UserError(f"{asked} is for this host's processor, and --workers names a cluster: leave one out")
    try:
        compiler()
    except CompilerError as error:
        raise UserError(f"{asked}: {error}") from error


def compile_ahead(
    spec: Spec,
    names: Sequence[str],
    paths: Paths,
    content: str,
    pool: ManagedPool,
    tell: Callable[[str], None],
) -> None:
    """Compile what is missing of some variants' gradients, so that no run waits for it.

    Args:
        spec: The study, which asks for compiled gradients.
        names: Of the variants.
        paths: Where things lie.
        content: Key of the data set's content.
        pool: Has processes, of which as many compile at a time as there are workers.
        tell: Told of it, if anything is missing.

    Raises:
        UserError: if one process after the other was ended from outside.
    """
    from benchmark.workers.compiling import compile_all, uncompiled

    missing = pool.run_in_subprocess(partial(uncompiled, spec, tuple(names), paths, content))()
    if not missing:
        return
    tell(f"compiling, once for this machine: {', '.join(missing)} (half a minute each)")
    shares = [tuple(missing[first :: pool.size]) for first in range(min(pool.size, len(missing)))]
    # All of them are under way before the first is waited for.
    for done in [pool.run_in_subprocess(partial(compile_all, spec, share, paths, content)) for share in shares]:
        done()
