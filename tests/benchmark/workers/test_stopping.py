"""Requests to end: where they end a worker, and that a study's parent hears the first of them."""

import os
import signal
from collections.abc import Iterator

import pytest

from benchmark.workers.stopping import Stopped, StopRequest, Terminated, terminated_by_signals


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_waits_for_the_end_of_an_update(number: signal.Signals) -> None:
    stop = StopRequest()
    stop.listen()
    stop.check()
    os.kill(os.getpid(), number)  # raises nothing by itself
    assert stop.made
    with pytest.raises(Stopped):
        stop.check()


def test_a_request_ends_at_once_who_only_waits() -> None:
    def wait() -> None:
        with stop.at_once():
            reached.append("the wait")
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append("its end")

    stop, reached = StopRequest(), []
    stop.listen()
    with pytest.raises(Stopped):
        wait()
    assert reached == ["the wait"]


def test_a_request_made_before_the_wait_ends_it_too() -> None:
    stop = StopRequest()
    stop.made = True
    with pytest.raises(Stopped), stop.at_once():
        pytest.fail("it waited")


def test_signals_that_are_to_be_ignored_stay_ignored() -> None:
    """As under `nohup`."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stop = StopRequest()
    stop.listen()
    with terminated_by_signals():
        os.kill(os.getpid(), signal.SIGHUP)
    assert not stop.made


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_first_request_ends_a_study_and_the_next_do_not_disturb_its_end(number: signal.Signals, code: int) -> None:
    def study() -> None:
        with terminated_by_signals():
            try:
                os.kill(os.getpid(), number)
            finally:
                os.kill(os.getpid(), signal.SIGTERM)
                os.kill(os.getpid(), signal.SIGHUP)

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Terminated) as ended:
        study()
    assert (ended.value.name, ended.value.exit_code) == (number.name, code)
    assert signal.getsignal(signal.SIGTERM) is before


def test_ctrl_c_is_a_request_where_it_is_heard_and_the_second_one_ends() -> None:
    stop, before = StopRequest(), signal.getsignal(signal.SIGINT)
    with stop.heard():
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.made
        with pytest.raises(Stopped):
            stop.check()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
