"""What the numbers mean, in words: no score goes without this."""

from benchmark.metrics.catalog import score_column
from benchmark.records import Protocol
from benchmark.spec.protocols.catalog import find_protocol
from reports.records.load import StudyRecords
from reports.text.formats import count, listing

AVERAGING = {"recipe": "sampled where the variant has them", "off": "never sampled"}


def protocol_sentences(records: StudyRecords) -> list[str]:
    """How runs were trained, chosen and scored."""
    spec, protocol = records.spec, records.protocols.get("final")
    batch = (
        "the batch size of its paper" if spec.budget.batch_size == "paper" else f"batch size {spec.budget.batch_size}"
    )
    budget = (
        f"Every run spends {count(spec.budget.discriminator_steps)} discriminator updates at {batch}. The search has "
        f"{spec.budget.trials} trials a variant, the first with the paper's hyperparameters, and keeps the lowest "
        f"{score_column(spec.score.objective).label} on the {spec.score.search_split} split."
    )
    if protocol is None:
        return [budget, f"Final runs ({spec.final.seeds} fresh seeds a variant) have not been scored yet."]
    scoring = (
        f"Final runs train the found hyperparameters again with {spec.final.seeds} fresh seeds. They are scored "
        f"on the {protocol.split} split of {protocol.dataset}, {protocol.resolution} by {protocol.resolution} pixels: "
        f"{count(protocol.real_images)} real against {count(protocol.generated_images)} generated images."
    )
    features = (
        f"Features of {protocol.extractor} (weights {protocol.extractor_digest}), torch-fidelity "
        f"{protocol.torch_fidelity}, batch norm statistics of the generator: {protocol.batch_norm}, "
        f"averaged weights: {AVERAGING[protocol.averaging]}. "
        "Scores under any other protocol are not comparable with these."
        f"{_named(protocol)}"
    )
    return [scoring, features, *_cross_checked(records), budget, *_baselines(records)]


def _cross_checked(records: StudyRecords) -> list[str]:
    check = records.cross_check
    return [f"From the same features of real images, {check.sentence()}."] if check else []


def _named(protocol: Protocol) -> str:
    return f" The protocol is that of {find_protocol(protocol.name).citation}" if protocol.name else ""


def _baselines(records: StudyRecords) -> list[str]:
    protocol = records.protocols["final"]
    present = [kind for kind in ("floor", "noise") if kind in records.baseline.get(protocol.split, {})]
    meaning = {"floor": "the score of other real images", "noise": "that of uniform noise"}
    return [f"In the table, {listing([f'{kind} is {meaning[kind]}' for kind in present])}."] if present else []
