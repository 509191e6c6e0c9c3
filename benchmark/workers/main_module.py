"""The script that a study was started from, which is none of its workers' business."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def main_kept_out() -> Iterator[None]:
    """Processes that are started meanwhile do not import the main module.

    `multiprocessing` has every process run the script again that started it, up to `if __name__ == "__main__":`; one
    that says `benchmark.run(...)` without that line would start studies within studies. What workers call is all in
    modules of its own.
    """
    main = vars(sys.modules["__main__"])
    kept: dict[str, Any] = {name: main[name] for name in ("__spec__", "__file__") if name in main}
    main["__spec__"] = None
    main.pop("__file__", None)
    try:
        yield
    finally:
        main.update(kept)
        if "__spec__" not in kept:
            del main["__spec__"]
