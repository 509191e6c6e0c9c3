"""One part's section of a page."""

from dataclasses import replace

from ganzoo.components import Constraint, Weights
from ganzoo.losses import BEGAN, HINGE, WASSERSTEIN
from ganzoo.penalties import GRADIENT_PENALTY
from tools.documentation.families import FAMILIES
from tools.documentation.sections import formulas, section

BY_PAGE = {family.page: family for family in FAMILIES}


def test_a_loss_whole() -> None:
    assert section(BY_PAGE["losses"], WASSERSTEIN).splitlines() == [
        "## wasserstein",
        "",
        "The Wasserstein distance's dual; the discriminator is a critic and its logits are not probabilities.",
        "",
        "```text",
        "discriminator  D(G(z)) - D(x), so that minimising it maximises E[D(x)] - E[D(G(z))]",
        "generator      -D(G(z))",
        "```",
        "",
        "- **Needs:** a penalty or a constraint that bounds the discriminator's slope",
        "- **Trained with:** n_critic = 5, beta1 = 0, beta2 = 0.9",
        f"- **Limits:** {WASSERSTEIN.limits}",
        "- **Source:** Arjovsky et al. 2017, [arXiv:1701.07875](https://arxiv.org/abs/1701.07875), equation 3.",
        "- **Import:** `from ganzoo.losses import WASSERSTEIN`",
        "- **File:** [ganzoo/losses/wasserstein.py](../../ganzoo/losses/wasserstein.py)",
    ]


def test_functions_that_every_part_has_are_left_out() -> None:
    assert [word for word, _ in formulas(BY_PAGE["losses"], HINGE)] == ["discriminator", "generator"]
    assert [word for word, _ in formulas(BY_PAGE["losses"], BEGAN)] == ["discriminator", "generator", "after an update"]


def test_flags_in_words() -> None:
    needs = dict(BY_PAGE["losses"].facts)["Needs"]
    assert needs(replace(HINGE, signed=False)) == ""
    assert needs(replace(HINGE, signed=False, unbounded=True, relativistic=True)) == (
        "a penalty or a constraint that bounds the discriminator's slope; "
        "the logits of real images in the generator's turn too"
    )
    slope = dict(BY_PAGE["penalties"].facts)["Slope"]
    assert slope(GRADIENT_PENALTY) == "pulled to 1"
    assert slope(replace(GRADIENT_PENALTY, slope=0.0)) == "pulled to 0"
    assert slope(replace(GRADIENT_PENALTY, slope=None)) == "not bounded"


def test_a_constraint_s_own_term() -> None:
    def decay(weights: Weights) -> None:
        """Sum of w^2; weights -> ()."""

    constraint = Constraint("decay", "nobody", regularise=decay)  # type: ignore[arg-type]
    assert formulas(BY_PAGE["constraints"], constraint) == [("in the objective", "Sum of w^2")]
