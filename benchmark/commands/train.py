"""One variant trained alone with given settings, without any search, as a trial of a study is trained."""

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from benchmark.artifacts.weights import SavedGenerator, write_weights
from benchmark.commands.sample import draw
from benchmark.commands.sample import walk as walk_between
from benchmark.commands.single_run import SingleRun, TrainSettings
from benchmark.paths import Paths
from benchmark.pixels import to_uint8
from benchmark.records import Curves, Split
from benchmark.scoring.scorer import Scorer
from benchmark.spec import Score
from benchmark.training.sampling import generate
from benchmark.workers.arithmetic import worker_arithmetic
from benchmark.workers.trial_runner import GRID_IMAGES, scored_sample


@dataclass(frozen=True, eq=False)
class Trained:
    """A variant that was trained.

    Attributes:
        run: Where it was trained: its networks, and its random numbers.
        settings: What it was trained with.
    """

    run: SingleRun
    settings: TrainSettings

    @property
    def curves(self) -> Curves:
        """By name in `benchmark.records.CURVES`: points (discriminator step, mean since the last point)."""
        return self.run.member.curves.points()

    @property
    def generator(self) -> SavedGenerator:
        """The generator as it is sampled and saved: in eval mode, on the CPU."""
        module, _ = self.run.networks(self.settings.score)
        return SavedGenerator(module.cpu(), self.run.variant, self.run.shape)

    def sample(self, count: int = 64, seed: int = 0) -> Tensor:
        """New images (count, C, H, W), uint8, of fresh latents: as `ganbench sample` draws them with this seed."""
        return draw(self.generator, count, seed)

    def walk(self, steps: int = 100, rows: int = 1, seed: int = 0) -> Tensor:
        """Images (rows * steps, C, H, W), uint8, on straight lines between two latents a row, ends included."""
        return walk_between(self.generator, steps, rows, seed)

    def fixed(self, count: int = GRID_IMAGES) -> Tensor:
        """Images (count, C, H, W), uint8, of the latents that pictures through training are made of."""
        module, _ = self.run.networks(self.settings.score)
        return to_uint8(generate(module, self.run.source.draw("grid", count))).cpu()

    def score(self, split: Split = "test", score: Score | None = None) -> dict[str, float]:
        """Scores against a split of the data set, by name in `benchmark.metrics.catalog.known_scores`.

        Those of a trial of a study with the same settings and seed.

        Args:
            split: What generated images are compared with.
            score: How; the settings' if None.

        Raises:
            UserError: if weights of the extractor cannot be had, or it is made for other data.
        """
        asked = score or self.settings.score
        run, paths = self.run, Paths.here()
        spec = run.spec.model_copy(update={"score": asked})
        scorer = Scorer.for_split(spec, split, paths.data, paths.cache, run.cohort.device)
        module, _ = run.networks(asked)
        with worker_arithmetic():
            return scorer.score_each([scored_sample(module, run.source, asked.images, asked.metrics)])[0]

    def save(self, folder: Path | str) -> Path:
        """Write generator, discriminator and fixed latents as safetensors into a folder, which is made if need be.

        Returns:
            The folder. `ganbench sample FOLDER/generator.safetensors` and
            `benchmark.artifacts.weights.read_generator` read the generator.
        """
        networks = self.run.networks(self.settings.score)
        grid = self.run.source.draw("grid", GRID_IMAGES)
        write_weights(Path(folder), self.run.variant, self.run.shape, networks, grid)
        return Path(folder)


def train(
    variant: str,
    dataset: str = "digits",
    steps: int | None = None,
    seed: int = 0,
    device: str = "auto",
    settings: TrainSettings | None = None,
) -> Trained:
    """Train one variant, without any search: as a trial of a study with the same settings and seed.

    Args:
        variant: Its name, or parts as in "resnet+hinge+r1".
        dataset: A name in `benchmark.datasets.catalog.known_datasets`, or "folder:PATH".
        steps: Discriminator updates; if None, as many as the settings' epochs have.
        seed: What initial weights, order of the data and latents derive from, in [0, 2**63).
        device: "auto", "cpu", "cuda", "cuda:1" ...
        settings: What differs from the variant's source.

    Raises:
        UserError: if a name is unknown, a value is not allowed, nothing says for how long, data cannot be had, or
            training diverged.
    """
    asked = settings or TrainSettings()
    run = SingleRun.of(variant, dataset, steps, seed, device, asked)
    run.advance(run.steps, lambda: None)
    return Trained(run, asked)
