"""What a reader has by the time he types a command: a study on two variants, folders of pictures, another's images."""

import contextlib
import os
import re
import shutil
import signal
import socket

import numpy as np
from PIL import Image
from readme_commands import Checkout, on_a_tiny_study

TINY = " ".join(
    f"--set {setting}"
    for setting in (
        *("budget.trials=1", "budget.discriminator_steps=2", "budget.rungs=2", "cohort.size=1"),
        *("final.seeds=2", "final.most_seeds=2", "final.images=64", "final.candidates=1"),
        *("score.images=64", "score.kid_subset_size=32"),
    )
)
REPORTED = r"Report: .*index\.html"
NO_NETWORK = r"ganbench: .*(download|network)"


def studied(checkout: Checkout) -> None:
    """There is a finished study, of the two variants that are asked for by name."""
    marked = checkout.root / "studied"
    if not marked.exists():
        done = checkout.run(on_a_tiny_study("make bench", TINY, "VARIANT=dcgan,gan-mlp"))
        assert done.code == 0, done.output
        marked.touch()


def photos(checkout: Checkout) -> None:
    """There is a folder of pictures of several sizes in three classes."""
    draw = np.random.RandomState(0)
    for number in range(360):  # of which a tenth is more than the fewest that are scored against
        folder = checkout.root / "photos" / ("cats", "dogs", "birds")[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        pixels = draw.randint(0, 256, (24 + number % 5, 30, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")


def samples(checkout: Checkout) -> None:
    """Somebody's program wrote images, as many as the protocol asks for, and there are real ones."""
    pixels = np.random.RandomState(0).randint(0, 256, (64, 32, 32, 3)).astype(np.uint8)
    for name, count in (("samples", 10_000), ("folder_of_real_images", 64)):
        folder = checkout.root / name
        folder.mkdir(exist_ok=True)
        for number in range(count):
            file = folder / f"{number:05d}.png"
            if number < len(pixels):
                Image.fromarray(pixels[number]).save(file)
            elif not file.exists():
                os.link(folder / f"{number % len(pixels):05d}.png", file)
    np.savez(checkout.root / "samples.npz", pixels)


def two_stores(checkout: Checkout) -> None:
    """Runs from before and after a change."""
    studied(checkout)
    for name in ("a", "b"):
        shutil.copytree(checkout.root / "runs", checkout.root / name / "runs", dirs_exist_ok=True)


def another_study(checkout: Checkout) -> None:
    """There is a second study, on the same data and under the same protocol."""
    spec = (checkout.root / "studies/digits.toml").read_text(encoding="utf-8")
    (checkout.root / "mine.toml").write_text(spec.replace('name = "digits"', 'name = "mine"'), encoding="utf-8")
    done = checkout.run(on_a_tiny_study("make bench", TINY, "STUDY=mine.toml VARIANT=dcgan,gan-mlp"))
    assert done.code == 0, done.output


def other_machine(checkout: Checkout) -> None:
    """Another machine ran a share of the same study, and its folder of runs is here."""
    studied(checkout)
    shutil.copytree(checkout.root / "runs", checkout.root / "other/runs", dirs_exist_ok=True)


def interrupted(command: str) -> str:
    """The same, ended by Ctrl-C once it has said that it is there."""
    return f"interrupt {command}"


def free_port() -> int:
    with contextlib.closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until_it_says(pattern: str, command: str, checkout: Checkout) -> str:
    """What a command that goes on for ever printed until it said something, when it was ended by Ctrl-C."""
    process, said = checkout.start(command), ""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            said += line
            if re.search(pattern, said):
                break
    finally:
        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    assert "Traceback" not in rest
    return said + rest
