"""One variant trained alone with given settings, without any search, as a trial of a study is trained."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from benchmark.artifacts.weights import SavedGenerator, write_weights
from benchmark.commands.new_study import fitting_study
from benchmark.commands.sample import draw
from benchmark.commands.sample import walk as walk_between
from benchmark.commands.score import named_split, scoring
from benchmark.commands.scores import Scores
from benchmark.commands.single_run import SingleRun, TrainSettings
from benchmark.datasets.catalog import NoSideError, find_dataset
from benchmark.errors import UserError, named_path, whole_number, writable
from benchmark.paths import Paths, shipped_studies
from benchmark.pixels import to_uint8
from benchmark.records import Curves, Split
from benchmark.scoring.extractors.catalog import find_extractor
from benchmark.scoring.needs import is_foreign
from benchmark.scoring.scorer import Scorer
from benchmark.spec import Score, load_spec, spec_of
from benchmark.spec.cautions import cautions
from benchmark.spec.python_values import overrides
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
        count = whole_number("count", count, least=1)
        module, _ = self.run.networks(self.settings.score)
        return to_uint8(generate(module, self.run.source.draw("grid", count))).cpu()

    def score(
        self,
        split: Split = "test",
        score: Score | None = None,
        set: Mapping[str, object] | None = None,  # noqa: A002
    ) -> Scores:
        """Scores of new images against a split of the data set that it was trained on.

        Those of a trial of a study with the same settings and seed. Where the settings name no extractor, and the usual
        one was made for other data, images are scored as by the shipped study that fits the data set.

        Args:
            split: What generated images are compared with.
            score: How; the settings' if None.
            set: Keys of a spec's table `score`, over that, as in {"score.extractor": "pixels", "score.images": 500}.

        Raises:
            UserError: if a name or a value is not allowed, weights of the extractor cannot be had, or it is made for
                other data.
        """
        run, paths, split = self.run, Paths.here(), named_split(split)
        asked = _scored_as(run.spec.dataset, self.settings.score if score is None else score, set)
        spec = run.spec.model_copy(update={"score": asked})
        scorer = Scorer.for_split(spec, split, paths.data, paths.cache, run.cohort.device)
        module, _ = run.networks(asked)
        metrics = (*asked.metrics, *(asked.final_metrics if "score.final_metrics" in (set or {}) else ()))
        with worker_arithmetic():
            found = scorer.score_each([scored_sample(module, run.source, asked.images, metrics)])[0]
        return Scores(found, scorer.protocol, tuple(cautions(scorer.protocol, asked)))

    def save(self, folder: Path | str) -> Path:
        """Write generator, discriminator and fixed latents as safetensors into a folder, which is made if need be.

        Returns:
            The folder. `ganbench sample FOLDER/generator.safetensors` and `benchmark.load` read the generator.

        Raises:
            UserError: if it is a file, or cannot be written.
        """
        folder = named_path(folder, "give a folder, new or not")
        if folder.is_file():
            raise UserError(f"{folder}: is a file; give a folder, new or not")
        networks = self.run.networks(self.settings.score)
        grid = self.run.source.draw("grid", GRID_IMAGES)
        with writable(folder):
            write_weights(folder, self.run.variant, self.run.shape, networks, grid)
        return folder

    def __repr__(self) -> str:
        run = self.run
        what = f"{run.variant.name} on {run.spec.dataset}"
        return f"<trained {what}, {run.steps_done} of {run.steps} steps, seed {run.config.seed}>"


def _scored_as(dataset: str, settings: Score, values: Mapping[str, object] | None) -> Score:
    """How images of a data set are scored, with what was asked for by key."""
    if not isinstance(settings, Score):
        raise UserError(f"score, of type {type(settings).__name__}: must be a Score; set= takes its keys")
    own = {name: getattr(settings, name) for name in settings.model_fields_set}
    if "extractor" not in own and is_foreign(find_extractor(settings.extractor), find_dataset(dataset).name):
        fitting = load_spec(fitting_study(dataset), shipped_studies()).score
        settings = fitting.model_copy(update=own)
    if not overrides(values) or values is None:
        return settings
    for key in values:
        if not str(key).startswith("score."):
            raise UserError(f"set: {key} changes no score of what is trained; the keys of score are allowed")
    before = {"name": "train", "dataset": dataset, "score": settings.model_dump(exclude={"metrics", "objective"})}
    asked = overrides({"score.metrics": settings.metrics, **values})
    return spec_of(before, scoring(asked), "set").score


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
    try:
        run = SingleRun.of(variant, dataset, steps, seed, device, asked)
    except NoSideError:
        raise NoSideError.of(dataset, "TrainSettings(resolution=32)") from None  # this line alone is right here
    run.advance(run.steps, lambda: None)
    return Trained(run, asked)
