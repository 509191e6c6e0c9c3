"""The other side of the comparison: a search as a careful user writes it, with the libraries called directly.

One model at a time in one process, with as many threads as PyTorch takes by itself. Variants, data, random numbers and
the way to sample are shared, so that both sides do the same work.
"""

import copy
import sys
from collections.abc import Sequence
from pathlib import Path

import mlflow
import optuna
import torch
import torch_fidelity
from torch import Tensor
from torch.utils.data import Dataset
from torchvision.utils import save_image

from benchmark.datasets.catalog import LabelledImages, load_split
from benchmark.pixels import to_uint8
from benchmark.records import Split, TrialConfig
from benchmark.scoring.extractors.catalog import find_extractor, register
from benchmark.spec import Range, Score, Spec, load_spec
from benchmark.training.random_streams import Streams, derive_seed
from benchmark.training.sampling import InputSource, generate, prepare
from benchmark.training.setup import TrainingSetup
from ganzoo.registry import find_variant
from ganzoo.variant import Variant
from tools.performance.plain_loop import PlainLoop

LOG_EVERY = 100  # times a run


class Images(Dataset[Tensor]):
    """Images (N, C, H, W) uint8 as torch-fidelity wants them: three channels."""

    def __init__(self, images: Tensor) -> None:
        self._images = images.expand(-1, 3, -1, -1)

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, index: int) -> Tensor:
        return self._images[index]


class PlainSearch:
    """One variant's search and final runs.

    Args:
        spec: The study.
        variant: The variant.
        folder: Where everything is written.
        device: Where it trains and scores.
        pruning: Whether trials are stopped at rungs.
    """

    def __init__(self, spec: Spec, variant: Variant, folder: Path, device: torch.device, *, pruning: bool) -> None:
        self._spec, self._variant, self._folder, self._device = spec, variant, folder, device
        self._train = load_split(spec.dataset, spec.train_split, folder, spec.resolution).to(device)
        batch = spec.budget.images_a_batch(variant.batch_size)
        self._setup = TrainingSetup.of(variant, self._train, batch, spec.budget.discriminator_steps)
        self._ranges = spec.search.ranges(variant.name)
        self._pruning = pruning

    def run(self) -> None:
        """Search, and train the best again."""
        pruner = optuna.pruners.PercentilePruner(self._spec.pruner.percentile, self._spec.pruner.startup_trials)
        # As eager to learn as ours, so that both sides prune, and train, about as much.
        startup, seed = self._spec.cohort.size, self._spec.seed
        sampler = optuna.samplers.TPESampler(n_startup_trials=startup, seed=seed)
        study = optuna.create_study(
            study_name=self._variant.name,
            storage=f"sqlite:///{self._folder}/optuna.db",
            sampler=sampler,
            pruner=pruner if self._pruning else optuna.pruners.NopPruner(),
        )
        defaults = self._variant.defaults.present()
        inside = {name: defaults[name] for name, each in self._ranges.items() if name in defaults}
        study.enqueue_trial({name: value for name, value in inside.items() if self._ranges[name].holds(value)})
        with mlflow.start_run(run_name=self._variant.name):
            study.optimize(self._objective, n_trials=self._spec.budget.trials)
            for number in range(self._spec.final.seeds):
                self._train_once("final", number, defaults | study.best_params, self._spec.score.final_split, None)

    def _objective(self, trial: optuna.Trial) -> float:
        chosen = self._variant.defaults.present()
        chosen |= {name: _suggest(each, trial, name) for name, each in self._ranges.items() if name in chosen}
        return self._train_once("trial", trial.number, chosen, self._spec.score.search_split, trial)

    def _train_once(
        self, kind: str, number: int, chosen: dict[str, float], split: Split, trial: optuna.Trial | None
    ) -> float:
        budget = self._spec.budget
        seed = derive_seed(self._spec.seed, kind, number)
        config = TrialConfig(self._variant.name, "trial", number, seed, chosen)
        loop = PlainLoop(self._setup, config, fused=True)
        real = load_split(self._spec.dataset, split, self._folder, self._spec.resolution)
        score = float("nan")
        with mlflow.start_run(run_name=f"{self._variant.name}-{kind}-{number}", nested=True):
            mlflow.log_params(chosen | {"seed": seed})
            for rung in budget.rungs:
                self._train_to(rung, loop)
                scores = self._score(loop, real, split, Streams(seed, self._device))
                mlflow.log_metrics({f"eval/{name}": value for name, value in scores.items()}, step=rung)
                score = scores["frechet_inception_distance"]
                if trial is not None:
                    trial.report(score, rung)
                    if trial.should_prune() and rung < budget.rungs[-1]:
                        raise optuna.TrialPruned
            torch.save(loop.generator.state_dict(), self._folder / "generator.pt")
            mlflow.log_artifact(str(self._folder / "generator.pt"))
        return score

    def _train_to(self, rung: int, loop: PlainLoop) -> None:
        interval = max(1, self._spec.budget.discriminator_steps // LOG_EVERY)
        while loop.steps_done < rung:
            before = loop.steps_done
            loop.advance(min(rung, (before // interval + 1) * interval))
            losses = loop.losses[before:]
            mlflow.log_metrics({"train/loss_discriminator": torch.stack(losses).mean().item()}, step=loop.steps_done)

    def _score(self, loop: PlainLoop, real: LabelledImages, split: str, streams: Streams) -> dict[str, float]:
        """Sample in the spec's evaluation mode and call torch-fidelity, which caches the real side by name."""
        settings = self._spec.score
        averaged = self._variant.averaging is not None and settings.averaging == "recipe"
        source = InputSource(self._setup.model, self._train.labels, streams)
        generated = to_uint8(sampled(loop, averaged, source, settings, self._setup.batch_size)).cpu()
        save_image(generated[:64].float() / 255, self._folder / "samples.png")
        mlflow.log_artifact(str(self._folder / "samples.png"), f"samples/{loop.steps_done}")
        weights = find_extractor(settings.extractor).weights(self._folder)
        scores: dict[str, float] = torch_fidelity.calculate_metrics(
            input1=Images(generated),
            input2=Images(real.images),
            input2_cache_name=f"{self._spec.dataset}-{split}-{settings.extractor}",
            cache_root=str(self._folder / "cache"),
            feature_extractor=settings.extractor,
            feature_extractor_weights_path=str(weights) if weights else None,
            fid=True,
            isc=True,
            kid=True,
            prc=True,
            kid_subset_size=min(settings.kid_subset_size, settings.images, len(real.images)),
            cuda=self._device.type == "cuda",
            verbose=False,
            save_cpu_ram=True,
        )
        return scores


def _suggest(searched: Range, trial: optuna.Trial, name: str) -> float:
    if searched.choices is not None:
        return float(trial.suggest_categorical(name, sorted(set(searched.choices))))
    assert searched.low is not None
    assert searched.high is not None
    return trial.suggest_float(name, searched.low, searched.high, log=searched.log)


def sampled(loop: PlainLoop, averaged: bool, source: InputSource, settings: Score, batch_size: int) -> Tensor:
    """Images (N, C, H, W) in [-1, 1] of a copy of the generator, in the spec's evaluation mode."""
    generator = copy.deepcopy(loop.generator)
    if averaged:
        generator.load_state_dict(loop.average, strict=False)
    prepare(generator, source, settings, batch_size)
    return generate(generator, source.draw("score", settings.images))


def main(study: str, variants: Sequence[str], pruning: bool, device: str, overrides: tuple[str, ...]) -> None:
    """Run a study in the current folder."""
    spec, folder = load_spec(study, Path("studies"), overrides), Path.cwd()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    mlflow.set_experiment(spec.name)
    register(find_extractor(spec.score.extractor))
    for name in variants:
        PlainSearch(spec, find_variant(name), folder, torch.device(device), pruning=pruning).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2].split(","), sys.argv[3] == "pruning", sys.argv[4], tuple(sys.argv[5:]))
