"""Targets of workers that a spawned process can import, which a test module is not."""

from dataclasses import replace
from multiprocessing.connection import Connection

from torch import Tensor

from benchmark.workers import cohort_scheduler
from benchmark.workers.worker import serve
from ganzoo.losses.hinge import hinge_discriminator
from ganzoo.registry import find_variant
from ganzoo.variant import Variant


def serve_and_tell_all_steps(pipe: Connection, threads: int) -> None:
    """A worker that does not wait a second between two steps that it tells."""
    cohort_scheduler.SECONDS_BETWEEN_STEPS_TOLD = 0.0
    serve(pipe, threads)


def serve_a_loss_with_a_bug(pipe: Connection, threads: int) -> None:
    """A worker that finds every variant with a loss that raises in ganzoo/losses/hinge.py."""
    cohort_scheduler.find_variant = _with_a_bug
    serve(pipe, threads)


def _with_a_bug(name: str) -> Variant:
    variant = find_variant(name)
    return replace(variant, loss=replace(variant.loss, discriminator=_words))


def _words(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    return hinge_discriminator("logits", fake_logits)  # type: ignore[arg-type]
