"""Which parts make sense together: every pair and many triples, against tables of names.

Of a part that came to the zoo after the tables were written, its own fields say what they would.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

import pytest
import torch

from ganzoo.compatibility import problems
from ganzoo.components import UNCONSTRAINED, Architecture
from ganzoo.composition import compose
from ganzoo.constraints import SPECTRAL_NORMALISATION
from ganzoo.hyperparameters import adam
from ganzoo.losses import HINGE_LECAM, HINGE_SAN
from ganzoo.registry import BUILT_IN, VARIANTS, known_parts
from ganzoo.variant import Variant

CLASSES = 10
IN_THE_TABLES = {
    *("dcgan", "dcgan-plain", "infogan", "infogan-autoencoder", "infogan-plain", "mlp", "mlp-dropout", "mlp-wide"),
    *("r3gan", "resnet", "resnet-conditional", "shallow", "sndcgan"),
    *("began", "hinge", "least-squares", "minimax", "non-saturating", "non-saturating-smooth"),
    *("relativistic-average", "relativistic-pairing", "wasserstein"),
    *("consistency", "consistency-shift", "dragan", "gp", "lp", "r1", "r2"),
    *("orthogonal", "spectral-norm", "weight-clipping"),
}


def also(table: set[str], kind: str, field: str) -> set[str]:
    """A table's names, and those that came since and say so themselves."""
    others = {name: part for name, part in getattr(BUILT_IN, kind).items() if name not in IN_THE_TABLES}
    return table | {name for name, part in others.items() if getattr(part, field)}


NORMALISED = also({"dcgan", "infogan", "infogan-autoencoder"}, "architecture", "batch_norm")
FROM_ZERO = also({"r3gan"}, "architecture", "zero_start")
ENERGIES = also({"infogan-autoencoder"}, "architecture", "energy")
UNBOUNDED, OF_ENERGIES = also({"wasserstein"}, "loss", "unbounded"), also({"began"}, "loss", "energy")
WITHOUT_HEAD = {"infogan-autoencoder", "resnet-conditional"} | {
    name for name, part in BUILT_IN.architecture.items() if name not in IN_THE_TABLES and not part.linear_head
}
DIRECTED = also(set(), "loss", "direction")
SIGNED = also({"least-squares", "minimax", "non-saturating", "non-saturating-smooth"}, "loss", "signed")
BOUNDING = also({"spectral-norm", "weight-clipping"}, "constraint", "bounds_slope")
NORMALISING = also({"spectral-norm"}, "constraint", "normalises")
SLOPES = {"gp": 1.0, "lp": 1.0, "dragan": 1.0, "r1": 0.0, "r2": 0.0} | {
    name: part.slope for name, part in BUILT_IN.penalty.items() if name not in IN_THE_TABLES and part.slope is not None
}

every_architecture = pytest.mark.parametrize(
    "architecture", BUILT_IN.architecture.values(), ids=BUILT_IN.architecture.keys()
)


def expected_problems(architecture: str, loss: str, penalties: tuple[str, ...], constraint: str) -> Iterator[str]:
    """The first words that tell each reason apart."""
    pulls = [name for name in penalties if name in SLOPES]
    if architecture in NORMALISED:
        yield from (f"{architecture} has batch norm in its discriminator, and {name}" for name in pulls)
        if constraint in NORMALISING:
            yield f"{architecture} has batch norm in its discriminator, which undoes what {constraint} holds"
    if architecture in FROM_ZERO and constraint in NORMALISING:
        yield f"weights of {architecture} start at zero, which {constraint} divides by"
    if loss in UNBOUNDED and not pulls and constraint not in BOUNDING:
        yield f"{loss} has no finite optimum"
    apart = [name for name in pulls[1:] if SLOPES[name] != SLOPES[pulls[0]]]
    yield from (f"{pulls[0]} pulls slopes to {SLOPES[pulls[0]]:g} and {name} to {SLOPES[name]:g}" for name in apart)
    if loss in OF_ENERGIES and architecture not in ENERGIES:
        yield f"{loss} needs a discriminator that reconstructs images, which {architecture} lacks"
    if loss in SIGNED and architecture in ENERGIES:
        yield f"{loss} wants logits above 0"
    if loss in DIRECTED and architecture in WITHOUT_HEAD:
        yield f"{loss} trains the direction of a linear last layer, which {architecture} lacks"


def told(name: str) -> list[str]:
    try:
        compose(name, known_parts())
    except LookupError as refusal:
        return str(refusal).partition(" makes no sense: ")[2].split("; ")
    return []


@every_architecture
def test_every_loss_with_every_penalty_or_two_and_every_constraint(architecture: Architecture) -> None:
    chosen = [(), *((one,) for one in BUILT_IN.penalty), *combinations(BUILT_IN.penalty, 2)]
    sound = 0
    for loss, penalties, constraint in product(BUILT_IN.loss, chosen, ["", *BUILT_IN.constraint]):
        name = "+".join(filter(None, [architecture.name, loss, *penalties, constraint]))
        expected = list(expected_problems(architecture.name, loss, penalties, constraint))
        found = told(name)
        assert len(found) == len(expected), name
        assert all(line.startswith(reason) for line, reason in zip(found, expected, strict=True)), name
        sound += not found
    assert 0 < sound < len(BUILT_IN.loss) * len(chosen) * 4


WATCHING = {name for name, part in BUILT_IN.augmentation.items() if part.watches_signs}


@pytest.mark.parametrize("other", [*BUILT_IN.augmentation.keys() - WATCHING, *BUILT_IN.schedule, "ema"])
@every_architecture
def test_the_rest_goes_with_everything(other: str, architecture: Architecture) -> None:
    assert told(f"{architecture.name}+hinge+{other}") == []


@pytest.mark.parametrize("name", sorted(WATCHING))
def test_what_watches_signs_wants_logits_that_have_them(name: str) -> None:
    assert told(f"dcgan+hinge+{name}") == told(f"dcgan+least-squares+{name}") == []
    assert told(f"dcgan+relativistic-pairing+{name}") == [
        f"{name} takes logits above 0 for real images, and relativistic-pairing does not on dcgan"
    ]
    assert told(f"mlp+wasserstein+gp+{name}") == [
        f"{name} takes logits above 0 for real images, and wasserstein does not on mlp"
    ]
    assert told(f"infogan-autoencoder+began+{name}") == [
        f"{name} takes logits above 0 for real images, and began does not on infogan-autoencoder"
    ]


def discriminate(architecture: Architecture, images: torch.Tensor) -> torch.Tensor:
    _, discriminator = architecture.networks(architecture.latent_size, 1, images.shape[-1], CLASSES)
    labels = (torch.zeros(len(images), dtype=torch.int64),) if architecture.conditional else ()
    logits: torch.Tensor = discriminator.train()(images, *labels)
    return logits


@every_architecture
def test_batch_norm_is_said_to_be_there_where_a_logit_hangs_on_other_images(architecture: Architecture) -> None:
    """At 16 pixels, since the smallest networks at 8 have none."""
    images = torch.randn(4, 1, 16, 16).clamp(-1, 1).requires_grad_()
    (gradient,) = torch.autograd.grad(discriminate(architecture, images)[0], images)
    assert gradient[0].any()
    assert bool(gradient[1:].any()) == architecture.batch_norm == (architecture.name in NORMALISED)


@every_architecture
def test_energies_are_said_to_be_where_no_logit_is_above_0(architecture: Architecture) -> None:
    """Whatever the weights; those of half the others put such images above 0."""
    images = torch.randn(4, 1, 8, 8)
    with torch.no_grad():
        logits = torch.cat([discriminate(architecture, images) for _ in range(10)])
    assert bool((logits <= 0).all()) == architecture.energy == (architecture.name in ENERGIES)


@every_architecture
def test_weights_are_said_to_start_at_zero_where_some_do(architecture: Architecture) -> None:
    _, discriminator = architecture.networks(architecture.latent_size, 1, 8, CLASSES)
    empty = any(not weight.any() for weight in discriminator.parameters() if weight.dim() > 1)
    assert empty == architecture.zero_start == (architecture.name in FROM_ZERO)


DCGAN, WGAN, BEGAN, SNGAN = (VARIANTS[name] for name in ("dcgan", "wgan", "began", "sngan"))


@pytest.mark.parametrize(
    ("variant", "reasons"),
    [
        (DCGAN, []),
        (replace(DCGAN, defaults=replace(DCGAN.defaults, clip=0.01)), ["clip is read by nothing"]),
        (replace(WGAN, defaults=replace(WGAN.defaults, clip=None)), ["clip is needed"]),
        (replace(WGAN, defaults=replace(WGAN.defaults, beta1=0.5)), ["beta1 is read by nothing"]),
        (replace(WGAN, optimiser="adam"), ["beta1 is needed"]),
        (replace(BEGAN, defaults=adam(1e-4, 0.5, 0.999)), ["balance_gain is needed", "diversity_ratio is needed"]),
        (
            replace(DCGAN, defaults=replace(DCGAN.defaults, diversity_ratio=0.5, constraint_weight=1e-4)),
            ["constraint_weight is read by nothing", "diversity_ratio is read by nothing"],
        ),
        (replace(DCGAN, loss=HINGE_LECAM), ["lecam_weight is needed"]),
        (replace(DCGAN, loss=HINGE_SAN), []),
        (
            replace(VARIANTS["cgan-pd"], loss=HINGE_SAN),
            ["hinge-san trains the direction of a linear last layer, which resnet-conditional lacks"],
        ),
        (replace(SNGAN, constraint=UNCONSTRAINED), []),
        (
            replace(DCGAN, constraint=SPECTRAL_NORMALISATION),
            ["dcgan has batch norm in its discriminator, which undoes what spectral-norm holds"],
        ),
    ],
)
def test_variants_are_held_to_the_same_rules(variant: Variant, reasons: list[str]) -> None:
    assert list(problems(variant)) == reasons
