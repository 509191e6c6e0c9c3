"""What the numbers mean, in words: no score goes without this."""

from benchmark.metrics.catalog import score_column
from benchmark.plain_text import counted
from benchmark.records import Protocol, Split
from benchmark.spec import Spec
from benchmark.spec.cautions import features_phrase, sizes_sentence
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
        f"{score_column(spec.score.objective).label} on the {spec.score.search_split} split{_candidates(spec)}."
        f"{_searches(spec)}"
    )
    if protocol is None:
        return [
            budget,
            f"Final runs ({_seeds(spec)}{' a variant' * (spec.budget.searches == 1)}) have not been scored yet.",
        ]
    scoring = (
        f"Final runs train the found hyperparameters again with {_seeds(spec)}{_papers(spec)}. They are "
        f"scored on the {protocol.split} split of {protocol.dataset}, {protocol.resolution} by {protocol.resolution} "
        f"pixels: {count(protocol.real_images)} real against {count(protocol.generated_images)} generated images."
    )
    features = (
        f"F{features_phrase(protocol)[1:]}, torch-fidelity "
        f"{protocol.torch_fidelity}{_subsets(protocol)}, batch norm statistics of the generator: "
        f"{protocol.batch_norm}{_batches(protocol)}, averaged weights: {AVERAGING[protocol.averaging]}. "
        "Scores under any other protocol are not comparable with these."
        f"{_named(protocol)}"
    )
    sizes = sizes_sentence(protocol)
    told = [f"{sizes[0].upper()}{sizes[1:]}."] if sizes else []
    return [scoring, *told, features, *_cross_checked(records), budget, *_baselines(records)]


def _subsets(protocol: Protocol) -> str:
    return f", KID over subsets of {protocol.kid_subset_size} images" if protocol.kid_subset_size else ""


def _batches(protocol: Protocol) -> str:
    """Of accumulated statistics; nothing where a record of an earlier version does not say."""
    count, size = protocol.batch_norm_batches, protocol.batch_norm_batch_size
    if count is None or size is None:
        return ""
    return f" over {count} batches of {'the size in its paper' if size == 'paper' else size}"


def _cross_checked(records: StudyRecords) -> list[str]:
    check = records.cross_check
    return [f"From the same features of real images, {check.sentence()}."] if check else []


def _searches(spec: Spec) -> str:
    """Of repeated searches, how often, and what they are to the race."""
    searches = spec.budget.searches
    if searches == 1:
        return ""
    return (
        f" Searches are repeated with random numbers of their own, up to {searches} times while a variant is in the "
        "race, and race by the means of their final runs."
    )


def _seeds(spec: Spec) -> str:
    final = spec.final
    if spec.budget.searches > 1:
        return f"{counted(final.seeds, 'fresh seed')} a search"
    fresh = counted(final.most_seeds, "fresh seed")
    return fresh if final.most_seeds == final.seeds else f"{final.seeds} to {fresh}"


def _papers(spec: Spec) -> str:
    return ", and the paper's with as many" if "paper" in spec.final.settings else ""


def _candidates(spec: Spec) -> str:
    final = spec.final
    if final.candidates == 1:
        return ""
    seeds = counted(final.candidate_seeds, "fresh seed")
    return f", after the best {final.candidates} were tried again with {seeds} each"


def _named(protocol: Protocol) -> str:
    return f" The protocol is that of {find_protocol(protocol.name).citation}" if protocol.name else ""


def _baselines(records: StudyRecords) -> list[str]:
    protocol = records.protocols["final"]
    present = [kind for kind in ("floor", "noise") if kind in records.baseline.get(protocol.split, {})]
    # What was trained on is what the floor is drawn from.
    shared = _parts(protocol.split) & _parts(records.spec.train_split)
    floor = "real images, some of them those that are compared with" if shared else "other real images"
    meaning = {"floor": f"the score of {floor}", "noise": "that of uniform noise"}
    return [f"In the table, {listing([f'{kind} is {meaning[kind]}' for kind in present])}."] if present else []


def _parts(split: Split) -> set[str]:
    """What a joined split is made of."""
    return {"train", "validation", "test"} if split == "all" else set(split.split("+"))
