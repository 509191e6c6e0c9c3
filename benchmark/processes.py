"""Processes that end with the one that asked for them."""

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """End this process as soon as the one that asked for it has ended, however that came about.

    A killed process tells nobody. Whoever waits for its next word holds the other end of that pipe himself, or has a
    sibling that does, and would wait for ever.
    """
    threading.Thread(target=_wait_for_parent, daemon=True, name="parent").start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    # Public for all its underscore; `sys.exit` would end this thread alone.
    os._exit(1)
