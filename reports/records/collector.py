"""The garbage collector, out of the way while very many objects are made that live on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """No garbage is looked for meanwhile; also a decorator.

    Five thousand runs are hundreds of thousands of objects of MLflow's, and the collector walks through all of them
    again and again while they are made: half of the time that reading them takes.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
