"""The kinds of parts: how a page introduces each, and what it tells of one part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ganzoo import architectures, augmentations, averaging, constraints, losses, penalties, schedules
from ganzoo.components import Architecture, Constraint, Loss, Penalty
from ganzoo.registry import BUILT_IN
from tools.documentation.formulas import formula, settings, value_text
from tools.documentation.sizes import CLASSES, parameters, ranges

Fact = tuple[str, Callable[[Any], str]]

PER_IMAGE = "a discriminator without batch norm"
LOSS_NEEDS = {
    "unbounded": "a penalty or a constraint that bounds the discriminator's slope",
    "energy": "a discriminator whose logits are minus a reconstruction error",
    "signed": "logits that may rise above 0 on real images, so no reconstruction errors",
    "relativistic": "the logits of real images in the generator's turn too",
}


def _nothing(part: Any) -> str:
    return ""


@dataclass(frozen=True)
class Family:
    """One kind of parts.

    Attributes:
        page: File name of its page, without the suffix.
        title: For people.
        introduction: What the formulas mean.
        package: Where its parts are written, one file each.
        parts: By name.
        functions: Attributes that hold functions, by what the page calls them.
        facts: What else there is to say of a part, each a word and a text; an empty text is left out.
        appendix: Markdown that a part's section ends with.
    """

    page: str
    title: str
    introduction: str
    package: ModuleType
    parts: Mapping[str, Any]
    functions: Mapping[str, str]
    facts: tuple[Fact, ...] = ()
    appendix: Callable[[Any], str] = _nothing


def _loss_needs(loss: Loss) -> str:
    return "; ".join(words for flag, words in LOSS_NEEDS.items() if getattr(loss, flag))


def _remembered(loss: Loss) -> str:
    return f"{settings(loss.state)} at the start" if loss.state else ""


def _output(loss: Loss) -> str:
    return "" if loss.output is Loss.output else f"the {value_text(loss.output)} of the logit, here and in the curves"


def _slope(penalty: Penalty) -> str:
    return "not bounded" if penalty.slope is None else f"pulled to {penalty.slope:g}"


def _penalty_needs(penalty: Penalty) -> str:
    return "" if penalty.slope is None else PER_IMAGE


def _constraint_slope(constraint: Constraint) -> str:
    return "bounded" if constraint.bounds_slope else "not bounded"


def _sides(architecture: Architecture) -> str:
    return f"{ranges(architecture.resolutions)} pixels"


def _batch_norm(architecture: Architecture) -> str:
    return "also in the discriminator" if architecture.batch_norm else ""


def _labels(architecture: Architecture) -> str:
    return f"both players see the class; weights below are with {CLASSES} classes" if architecture.conditional else ""


DEFAULTS: Fact = ("Trained with", lambda part: settings(part.defaults))
NOISE: Fact = ("Random numbers", lambda part: formula(part.noise))

FAMILIES = (
    Family(
        "architectures",
        "Architectures",
        "A generator and a discriminator. Images are in [-1, 1], a discriminator gives logits, never probabilities.",
        architectures,
        BUILT_IN.architecture,
        {"generator": "generator", "discriminator": "discriminator"},
        (
            ("Sides", _sides),
            ("Latents", lambda part: f"{part.latent_size} numbers in the source"),
            ("Batch norm", _batch_norm),
            ("Logits", lambda part: "minus a reconstruction error, never above 0" if part.energy else ""),
            ("Labels", _labels),
        ),
        parameters,
    ),
    Family(
        "losses",
        "Losses",
        "What each player minimises, image by image. x are real and G(z) generated images; D is the logit, or "
        "its sigmoid where a loss says so.",
        losses,
        BUILT_IN.loss,
        {"discriminator": "discriminator", "generator": "generator", "after an update": "next_state"},
        (("Needs", _loss_needs), ("Remembers", _remembered), ("D(x)", _output), DEFAULTS),
    ),
    Family(
        "penalties",
        "Penalties",
        "Added to the discriminator's objective, image by image, times `penalty_weight`. D is the logit; norms are of "
        "gradients in the pixels of one image.",
        penalties,
        BUILT_IN.penalty,
        {"penalty": "function"},
        (
            ("Weight", lambda part: f"{part.weight:g}"),
            ("Slope", _slope),
            ("Needs", _penalty_needs),
            NOISE,
        ),
    ),
    Family(
        "constraints",
        "Constraints",
        "What else holds the discriminator's weights.",
        constraints,
        BUILT_IN.constraint,
        {
            "at the start": "initial_state",
            "before every pass": "reparametrise",
            "after every update": "project",
            "in the objective": "regularise",
        },
        (
            ("Slope", _constraint_slope),
            ("Needs", lambda part: PER_IMAGE if part.normalises else ""),
            DEFAULTS,
        ),
    ),
    Family(
        "augmentations",
        "Augmentations",
        "What the discriminator sees in place of images x: of real and generated ones alike, in both players' turns.",
        augmentations,
        BUILT_IN.augmentation,
        {"images": "function"},
        (NOISE,),
    ),
    Family(
        "schedules",
        "Schedules",
        "The factor of both players' learning rates.",
        schedules,
        BUILT_IN.schedule,
        {"factor": "factor"},
    ),
    Family(
        "averaging",
        "Averaging of weights",
        "An average of the generator's weights is sampled in place of the weights. At every update it keeps this share "
        "of itself; the new weights are the rest.",
        averaging,
        BUILT_IN.averaging,
        {"share": "decay"},
    ),
)
