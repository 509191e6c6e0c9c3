"""A training that leaves a folder: pictures, curves and weights; what ends it on the way leaves what there is."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import monotonic

from PIL import Image

from benchmark.artifacts.animations import write_animation
from benchmark.artifacts.curve_files import plot_curves, write_curves
from benchmark.artifacts.grids import write_grid
from benchmark.artifacts.sources import sources_of
from benchmark.commands.sample import walk_frames
from benchmark.commands.single_run import SingleRun
from benchmark.commands.train import Trained
from benchmark.errors import UserError
from benchmark.files import atomic_write, is_file, read_file
from benchmark.names import slug
from benchmark.records import CHECKPOINT_FILE, GENERATOR_FILE
from benchmark.training import checkpoint
from benchmark.workers.stopping import StopRequest

SETTINGS_FILE = "settings.json"
SOURCES = "sources"  # a key of it
SAMPLES = "samples"
PICTURES = 10  # through a training that is not asked for more
WALK, WALK_COLUMNS = 100, 10
MOST_FRAMES = 100
LEAST_SIDE = 64  # that small images are magnified to
KEEP_SECONDS = 30.0


@dataclass(frozen=True)
class Pictures:
    """Which pictures are drawn.

    Attributes:
        every_epoch: Whether there is one at the end of every epoch; else ten through the whole training.
        scale: How many times images are magnified; 0 for what their size asks for.
    """

    every_epoch: bool = False
    scale: int = 0

    def stops(self, run: SingleRun) -> Iterator[tuple[int, str]]:
        """Discriminator steps at which a picture is drawn, in their order, the last step among them; and its name."""
        batch = run.cohort.setup.batch_size
        if self.every_epoch:
            epochs = range(1, run.steps * batch // run.images + 1)
            ends = {min(run.steps, max(1, round(epoch * run.images / batch))): f"epoch-{epoch:04d}" for epoch in epochs}
        else:
            steps = {max(1, run.steps * part // PICTURES) for part in range(1, PICTURES + 1)}
            ends = {step: f"step-{step:06d}" for step in sorted(steps)}
        yield from sorted(({run.steps: f"step-{run.steps:06d}"} | ends).items())


def told(run: SingleRun, pictures: Pictures) -> dict[str, object]:
    """What a run is trained with, by name; all of it decides what comes out, but for what is said of its parts."""
    setup = run.cohort.setup
    return {
        "variant": run.variant.name,
        "dataset": run.spec.dataset,
        "train_split": run.spec.train_split,
        "images": run.images,
        "resolution": run.shape.resolution,
        "discriminator_steps": run.steps,
        "epochs": round(run.steps * setup.batch_size / run.images, 4),
        "batch_size": setup.batch_size,
        "seed": run.config.seed,
        **run.config.hyperparameters,
        "device": run.cohort.device.type,
        "samples_every_epoch": pictures.every_epoch,
        **run.variant.parts,
    }


def default_folder(run: SingleRun, pictures: Pictures, runs: Path) -> Path:
    """Where a training goes that names no folder: other settings, another folder."""
    digest = sha256(json.dumps(told(run, pictures)).encode()).hexdigest()[:8]
    return runs / "train" / f"{slug(run.variant.name)}-{slug(run.spec.dataset)}-{digest}"


class TrainingFolder:
    """A run, and the folder that it leaves.

    Args:
        trained: The run, before its first step.
        folder: Its own.
        pictures: Which are drawn.

    Attributes:
        edited: What is told of a training that was begun before its parts were edited; "" of others.

    Raises:
        UserError: if the folder holds a training with other settings, or other things.
    """

    def __init__(self, trained: Trained, folder: Path, pictures: Pictures) -> None:
        self._trained, self._run = trained, trained.run
        self._folder, self._pictures = folder, pictures
        self._kept_at = monotonic()
        self._sources = sources_of(self._run.variant, self._run.spec)
        self.edited = ""
        self._claim()

    @property
    def is_finished(self) -> bool:
        """Whether an earlier sitting came to the end."""
        return is_file(self._folder / GENERATOR_FILE)

    def resume(self) -> int:
        """Go on from the checkpoint, if there is one; gives back the step."""
        if checkpoint.fits(self._folder, self._run.cohort, self._run.member):
            checkpoint.restore(self._folder, self._run.cohort, self._run.member)
        return self._run.steps_done

    def train(self, watch: Callable[[SingleRun], None], stop: StopRequest) -> None:
        """Train to the end, with pictures on the way.

        Args:
            watch: Told about once a second.
            stop: What may ask for an end; all is kept then.

        Raises:
            Stopped: if it was asked.
            DivergedError: if a loss or a weight is not finite any more; curves and pictures stay.
        """
        try:
            for step, name in self._pictures.stops(self._run):
                if step > self._run.steps_done:
                    self._run.advance(step, partial(self._between, watch, stop))
                if step == self._run.steps_done:  # an earlier sitting may have ended here, before its picture
                    self._draw(name)
                    self._keep_now_and_then()
        finally:
            self._write_curves()
        self._finish()

    def left(self) -> list[str]:
        """What lies in the folder, for people."""
        drawn, place = len(list((self._folder / SAMPLES).glob("*.png"))), self._folder
        return [
            f"Through training, of the same latents: {drawn} pictures in {place / SAMPLES}, in motion training.gif",
            f"D(x) and D(G(z)): {place / 'outputs.png'}; losses: losses.png; both by step: curves.csv",
            f"{WALK} images in continuous change: {place / 'walk.png'}, in motion walk.gif",
            f"Weights: {place / GENERATOR_FILE}; more images: ganbench sample {place / GENERATOR_FILE}",
        ]

    def document(self) -> dict[str, object]:
        """The folder and what was trained in it, for programs."""
        return {"folder": str(self._folder), **told(self._run, self._pictures)}

    def _claim(self) -> None:
        path, own = self._folder / SETTINGS_FILE, told(self._run, self._pictures)
        if not is_file(path):
            if self._folder.exists() and (not self._folder.is_dir() or any(self._folder.iterdir())):
                raise UserError(f"--output {str(self._folder)!r}: holds something else; name a new folder")
            with atomic_write(path) as unfinished:
                unfinished.write_text(json.dumps({**own, SOURCES: self._sources}, indent=1), encoding="utf-8")
            return
        try:
            before = json.loads(read_file(path))
            earlier = dict(before.get(SOURCES, {}))
            differing = next((name for name in own if before.get(name) != own[name]), None)
        except (ValueError, AttributeError) as error:
            raise UserError(f"{path}: not the settings of a training; name a new folder with --output") from error
        if differing:
            raise UserError(
                f"{self._folder}: a training with {differing} = {before.get(differing)}, and {own[differing]} is asked "
                "for; name a new folder with --output"
            )
        # One that was begun before its settings said so has none, and counts as of this version.
        if edited := [file for file, digest in self._sources.items() if earlier.get(file, digest) != digest]:
            self.edited = (
                f"{' and '.join(edited)}: edited since the run of {own['variant']} in {self._folder}, which is of the "
                "older version; --output names a new folder, and trains again"
            )

    def _between(self, watch: Callable[[SingleRun], None], stop: StopRequest) -> None:
        watch(self._run)
        if stop.made:
            self._keep()
        stop.check()
        self._keep_now_and_then()

    def _keep_now_and_then(self) -> None:
        if monotonic() - self._kept_at >= KEEP_SECONDS:
            self._keep()

    def _keep(self) -> None:
        member = self._run.member
        done = checkpoint.Progress(member.steps_done, (), member.curves.points(), member.train_seconds, 0.0)
        checkpoint.save(self._folder, self._run.cohort, member, done)
        self._kept_at = monotonic()

    def _draw(self, name: str) -> None:
        path = self._folder / SAMPLES / f"{name}.png"
        write_grid(self._trained.fixed(), path, scale=self._scale)

    @property
    def _scale(self) -> int:
        return self._pictures.scale or max(1, LEAST_SIDE // self._run.shape.resolution)

    def _write_curves(self) -> None:
        curves, name = self._trained.curves, f"{self._run.variant.name} on {self._run.spec.dataset}"
        write_curves(curves, self._folder / "curves.csv")
        plot_curves(curves, ("loss_discriminator", "loss_generator"), f"{name}: losses", self._folder / "losses.png")
        title = f"{name}: D(x) and D(G(z))"
        plot_curves(curves, ("output_real", "output_fake"), title, self._folder / "outputs.png")

    def _finish(self) -> None:
        """Walk between two latents, put the pictures into motion, and save the weights, which say that it is over."""
        walked = self._trained.walk(WALK)
        write_grid(walked, self._folder / "walk.png", WALK_COLUMNS, self._scale)
        write_animation(walk_frames(walked, WALK, self._pictures.scale), self._folder / "walk.gif", back=True)
        places = (self._folder / SAMPLES / f"{name}.png" for _, name in self._pictures.stops(self._run))
        drawn = [place for place in places if is_file(place)]
        every = -(-len(drawn) // MOST_FRAMES)
        through = [Image.open(path) for path in drawn[(len(drawn) - 1) % every :: every]]  # the last among them
        write_animation(through, self._folder / "training.gif", back=False)
        self._trained.save(self._folder)
        (self._folder / CHECKPOINT_FILE).unlink(missing_ok=True)
