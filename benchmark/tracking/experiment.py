"""The MLflow experiment of a study: found or created, with all that the report and the UI need to know of it."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmark.agreement import CrossCheck
from benchmark.json_records import to_json
from benchmark.metrics.catalog import known_scores
from benchmark.plain_text import markdown
from benchmark.records import TAG_BASELINE, TAG_CROSS_CHECK, TAG_PROTOCOL, TAG_SPEC, TAG_STUDY, Protocol
from benchmark.spec import Spec
from benchmark.tracking.notes import NOTE, view_links, without_report
from benchmark.tracking.score_names import once, spread
from benchmark.tracking.view import FINALS_TAG, LEADERBOARD_TAG, SEARCH_TAG, finals_view, leaderboard, search_view

if TYPE_CHECKING:
    from mlflow import MlflowClient
# By split and end ("floor" or "noise") the scores by name.
Baseline = dict[str, dict[str, dict[str, float]]]


def baseline_of(text: str) -> Baseline:
    """What the tag of an experiment says of real images and of noise.

    Raises:
        ValueError: if it is nothing of that kind.
    """
    found = json.loads(text)
    if not isinstance(found, dict) or not all(_is_scores(ends) for ends in found.values()):
        raise ValueError("no scores by split and end")
    return found


def _is_scores(ends: object) -> bool:
    return isinstance(ends, dict) and all(
        isinstance(scores, dict) and all(isinstance(value, int | float) for value in scores.values())
        for scores in ends.values()
    )


@dataclass(frozen=True)
class Experiment:
    """What is written on an experiment.

    Attributes:
        spec: The study; its id names the experiment.
        protocol: What the scores mean.
        baseline: Scores by split, "floor" or "noise", and name in `known_scores()`.
        artifact_location: Where its artifacts go, as a URI; None where a server decides.
        cross_check: What another library makes of the same features, if it was asked.
    """

    spec: Spec
    protocol: Protocol
    baseline: Baseline
    artifact_location: str | None
    cross_check: CrossCheck | None = None

    def open(self, client: "MlflowClient") -> str:
        """Find or create the experiment, write its tags, and give its id."""
        name = self.spec.study_id
        found = client.get_experiment_by_name(name)
        if found is None:
            experiment_id = str(client.create_experiment(name, artifact_location=self.artifact_location))
        else:
            experiment_id = str(found.experiment_id)
            if found.lifecycle_stage == "deleted":
                client.restore_experiment(experiment_id)
        existing = found.tags if found else {}
        link, _ = without_report(existing.get(NOTE, ""))
        for key, value in (self.tags() | {NOTE: link + view_links(experiment_id) + self.note()}).items():
            if existing.get(key) != value:
                client.set_experiment_tag(experiment_id, key, value)
        return experiment_id

    def tags(self) -> dict[str, str]:
        """The experiment's tags: for the report, for the UI's first page, and for a person."""
        objective, final_split = self.spec.score.objective, self.spec.score.final_split
        return {
            TAG_STUDY: self.spec.study_id,
            TAG_SPEC: self.spec.model_dump_json(),
            TAG_PROTOCOL: to_json(self.protocol),
            TAG_BASELINE: json.dumps(self.baseline),
            **({TAG_CROSS_CHECK: self.cross_check.to_json()} if self.cross_check else {}),
            LEADERBOARD_TAG: leaderboard(objective, final_split),
            SEARCH_TAG: search_view(objective, tuple(self.spec.search.shared), self.spec.score.search_split),
            FINALS_TAG: finals_view(objective, final_split),
            # Without it the UI takes the experiment for one of language models and opens on empty traces.
            "mlflow.experimentKind": "custom_model_development",
        }

    def _raced(self) -> str:
        """How many final runs there are, and what of."""
        searches, final = self.spec.budget.searches, self.spec.final
        if searches == 1:
            return f"{final.seeds} to {final.most_seeds} a variant"
        return (
            f"{final.seeds} of each of up to {searches} searches a variant: searches race, for the question is which "
            f"method is best under this budget (tag `search`)"
        )

    def note(self) -> str:
        """What a person sees above the runs, in Markdown."""
        protocol, budget, final = self.protocol, self.spec.budget, self.spec.score.final_split
        return "\n\n".join(
            (
                f"**{self.spec.name}**: GAN variants on {markdown(protocol.dataset)} at {protocol.resolution} x "
                f"{protocol.resolution} pixels, {budget.trials} trials of {budget.discriminator_steps} discriminator "
                f"updates each, then a race of final runs with fresh seeds, {self._raced()}.",
                f"One parent run a variant carries the mean (`{once(final)}/*`) and standard deviation "
                f"(`{spread(final)}/*`) over its final runs: only these race. Below it lie the trials of the search "
                f"(`{once(self.spec.score.search_split)}/*`) and the final runs.",
                f"Scores: {protocol.extractor} features of {protocol.generated_images} generated images against "
                f"{protocol.real_images} real ones ({protocol.split} split), batch norm {protocol.batch_norm}, "
                f"torch-fidelity {protocol.torch_fidelity}.",
                *([f"{markdown(self.cross_check.sentence())}."] if self.cross_check else []),
                *(_baseline_line(split, kinds) for split, kinds in self.baseline.items()),
            )
        )


def _baseline_line(split: str, kinds: dict[str, dict[str, float]]) -> str:
    known = known_scores()
    parts = (
        f"{kind}: " + ", ".join(f"{known[name].label} {value:.4g}" for name, value in scores.items() if name in known)
        for kind, scores in kinds.items()
    )
    return f"On the {split} split, real images against real (floor) and noise: " + "; ".join(parts) + "."
