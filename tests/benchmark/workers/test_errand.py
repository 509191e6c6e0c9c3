"""A call in a process of its own: what it gives and raises, and what becomes of it when something ends it."""

import multiprocessing
import operator
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import psutil
import pytest

from benchmark.errors import UserError
from benchmark.tracebacks import place_of
from benchmark.workers.errand import MOST_LOSSES, Errand
from benchmark.workers.watchdog import Watchdog
from ganzoo.losses.hinge import hinge_discriminator

Send = Callable[..., Errand[Any]]


@pytest.fixture
def send() -> Iterator[Send]:
    sent: list[Errand[Any]] = []

    def begin(function: Callable[[], object], watchdog: Watchdog | None = None) -> Errand[Any]:
        sent.append(Errand(multiprocessing.get_context("forkserver"), function, watchdog))
        return sent[-1]

    yield begin
    for errand in sent:
        errand.end()


def test_it_gives_what_the_function_gives_from_another_process(send: Send) -> None:
    errand = send(os.getpid)
    pid = errand.result()
    assert pid != os.getpid()
    assert not psutil.pid_exists(pid)


def test_it_raises_what_the_function_raises_and_says_where(send: Send) -> None:
    with pytest.raises(ZeroDivisionError, match="division") as raised:
        send(partial(operator.truediv, 1, 0)).result()
    assert "ZeroDivisionError: division by zero" in "".join(raised.value.__notes__)


def test_the_place_in_the_code_comes_along(send: Send) -> None:
    with pytest.raises(TypeError) as raised:
        send(partial(hinge_discriminator, "logits", 1)).result()
    assert place_of(raised.value) == f"ganzoo/losses/hinge.py, line {hinge_discriminator.__code__.co_firstlineno + 2}"


def kill(errand: Errand[Any], number: signal.Signals) -> None:
    os.kill(errand.pid, number)


def test_one_that_was_killed_is_sent_again(send: Send) -> None:
    errand = send(partial(time.sleep, 5.0))
    first = errand.pid
    kill(errand, signal.SIGKILL)
    assert errand.result() is None
    assert errand.pid != first


def test_one_that_was_stopped_is_given_up_and_sent_again(send: Send) -> None:
    errand = send(partial(time.sleep, 0.5), Watchdog(least_patience=2.0, every=0.2))
    first = errand.pid
    kill(errand, signal.SIGSTOP)
    assert errand.result() is None
    assert errand.pid != first


def test_what_ends_every_process_is_a_line_for_a_person(send: Send) -> None:
    with pytest.raises(UserError) as refused:
        send(partial(os._exit, 9)).result()
    assert str(refused.value).startswith(f"preparation: {MOST_LOSSES} processes were ended from outside, the last with")
    assert "exit code 9" in str(refused.value)
