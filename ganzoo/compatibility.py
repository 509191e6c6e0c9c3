"""Which parts make sense together: rules, each with its reason."""

from collections.abc import Iterator

from ganzoo.variant import Variant


def problems(variant: Variant) -> Iterator[str]:
    """Why the parts of a variant do not make sense together, a line a reason; nothing if they do."""
    yield from _batch_norm(variant)
    yield from _zero_start(variant)
    yield from _slope(variant)
    yield from _energy(variant)
    yield from _direction(variant)
    yield from _signs(variant)
    yield from _hyperparameters(variant)


def _batch_norm(variant: Variant) -> Iterator[str]:
    if not variant.architecture.batch_norm:
        return
    blame = f"{variant.architecture.name} has batch norm in its discriminator"
    for penalty in variant.penalties:
        if penalty.slope is not None:
            yield f"{blame}, and {penalty.name} wants logits that are each a function of one image"
    if variant.constraint.normalises:
        yield f"{blame}, which undoes what {variant.constraint.name} holds"


def _zero_start(variant: Variant) -> Iterator[str]:
    if variant.architecture.zero_start and variant.constraint.normalises:
        yield f"weights of {variant.architecture.name} start at zero, which {variant.constraint.name} divides by"


def _slope(variant: Variant) -> Iterator[str]:
    pulling = [penalty for penalty in variant.penalties if penalty.slope is not None]
    if variant.loss.unbounded and not pulling and not variant.constraint.bounds_slope:
        yield f"{variant.loss.name} has no finite optimum unless a penalty or a constraint bounds the slope"
    for other in pulling[1:]:
        if other.slope != pulling[0].slope:
            yield f"{pulling[0].name} pulls slopes to {pulling[0].slope:g} and {other.name} to {other.slope:g}"


def _energy(variant: Variant) -> Iterator[str]:
    architecture, loss = variant.architecture, variant.loss
    if loss.energy and not architecture.energy:
        yield f"{loss.name} needs a discriminator that reconstructs images, which {architecture.name} lacks"
    if loss.signed and architecture.energy:
        yield f"{loss.name} wants logits above 0 for real images, and those of {architecture.name} never are"


def _direction(variant: Variant) -> Iterator[str]:
    loss, architecture = variant.loss, variant.architecture
    if loss.direction and not architecture.linear_head:
        yield f"{loss.name} trains the direction of a linear last layer, which {architecture.name} lacks"


def _signs(variant: Variant) -> Iterator[str]:
    is_open = variant.loss.relativistic or variant.loss.unbounded or variant.architecture.energy
    for augmentation in variant.augmentations:
        if augmentation.watches_signs and is_open:
            yield (
                f"{augmentation.name} takes logits above 0 for real images, and {variant.loss.name} does not on "
                f"{variant.architecture.name}"
            )


def _hyperparameters(variant: Variant) -> Iterator[str]:
    """A hyperparameter that nothing reads would be searched for nothing."""
    present = variant.defaults.present()
    readers = {
        "penalty_weight": bool(variant.penalties),
        "clip": "clip" in variant.constraint.defaults,
        "constraint_weight": "constraint_weight" in variant.constraint.defaults,
        "balance_gain": "balance_gain" in variant.loss.defaults,
        "diversity_ratio": "diversity_ratio" in variant.loss.defaults,
        "lecam_weight": "lecam_weight" in variant.loss.defaults,
        "beta1": variant.optimiser == "adam",
    }
    for name, read in readers.items():
        if read != (name in present):
            yield f"{name} {'is needed' if read else 'is read by nothing'}"
