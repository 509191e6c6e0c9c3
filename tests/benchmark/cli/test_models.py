"""`ganbench register`."""

from collections.abc import Callable

from tiny_study import FinishedStudy

Command = Callable[..., tuple[int, str, str]]


def test_a_generator_is_registered(ganbench: Command, finished: FinishedStudy) -> None:
    code, out, _ = ganbench("register", "wgan", "--study", "tiny", where=finished.paths.root)
    assert code == 0
    assert "tiny-wgan, version 1" in out
