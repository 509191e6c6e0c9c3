"""The page of the variants."""

from dataclasses import replace

from ganzoo.augmentations import INSTANCE_NOISE
from ganzoo.averaging import EXPONENTIAL_AVERAGE
from ganzoo.registry import VARIANTS
from ganzoo.schedules import COSINE
from tools.documentation.variants import variants_page

WGAN_GP = VARIANTS["wgan-gp"]


def test_a_variant_whole() -> None:
    variant = replace(WGAN_GP, augmentations=(INSTANCE_NOISE,), schedule=COSINE, averaging=EXPONENTIAL_AVERAGE)
    lines = variants_page({"wgan-gp": variant}).splitlines()
    assert lines[0] == "# Variants"
    assert "| [wgan-gp](#wgan-gp) | dcgan-plain | wasserstein | gp |  | instance-noise, cosine, ema |" in lines
    assert lines[lines.index("## wgan-gp") :] == [
        "## wgan-gp",
        "",
        "- **Parts:** [dcgan-plain](architectures.md#dcgan-plain), [wasserstein](losses.md#wasserstein), "
        "[gp](penalties.md#gp), [instance-noise](augmentations.md#instance-noise), [cosine](schedules.md#cosine), "
        "[ema](averaging.md#ema)",
        "- **Latents:** 100 numbers, uniform",
        "- **Training:** adam, 64 images a batch",
        "- **Defaults:** lr_generator = 0.0001, lr_discriminator = 0.0001, beta1 = 0, beta2 = 0.9, n_critic = 5, "
        "penalty_weight = 10",
        "- **Source:** Gulrajani et al. 2017, [arXiv:1704.00028](https://arxiv.org/abs/1704.00028), algorithm 1 "
        "(batch norm nowhere in the discriminator).",
    ]


def test_what_a_variant_lacks_is_not_named() -> None:
    row = next(line for line in variants_page(VARIANTS).splitlines() if line.startswith("| [dcgan](#dcgan)"))
    assert row == "| [dcgan](#dcgan) | dcgan | non-saturating |  |  |  |"
