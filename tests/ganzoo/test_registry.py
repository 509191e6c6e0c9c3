"""What holds for every variant, and how variants and sets of them are asked for by name."""

import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest

from ganzoo import registry, variants
from ganzoo.catalogs import listed
from ganzoo.compatibility import problems
from ganzoo.constraints import ORTHOGONAL, SPECTRAL_NORMALISATION, WEIGHT_CLIPPING
from ganzoo.hyperparameters import Hyperparameters, check_domain
from ganzoo.registry import CORE, LUCIC2018, VARIANTS, find_variant, find_variants, known_variants, sets
from ganzoo.variant import Variant

SEVEN = ("mm-gan", "ns-gan", "lsgan-lucic", "wgan-lucic", "wgan-gp-lucic", "dragan", "began")
FIRST = (
    *("gan-mlp", "gan-mlp-wide", "gan-mlp-dropout", "gan-shallow", "gan-minimax", "dcgan", "dcgan-minimax"),
    *("wgan", "wgan-gp", "lsgan", "hinge", "sngan"),
)

every_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())


def names(*asked: str) -> list[str]:
    return [variant.name for variant in find_variants(asked)]


@every_variant
def test_goes_by_its_own_name(variant: Variant) -> None:
    assert VARIANTS[variant.name] is variant
    assert find_variant(variant.name) is variant


@every_variant
def test_states_its_source(variant: Variant) -> None:
    assert any(word in variant.citation for word in ("arXiv:", "doi:10.", "tutorial"))


@every_variant
def test_its_parts_make_sense_together(variant: Variant) -> None:
    assert list(problems(variant)) == []


def test_a_variant_of_one_s_own_whose_parts_do_not_fit_is_refused_as_a_composed_one_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = replace(VARIANTS["dcgan"], name="own", constraint=SPECTRAL_NORMALISATION)
    monkeypatch.setattr(registry, "known_variants", lambda: VARIANTS | {"own": own})
    reason = "makes no sense: dcgan has batch norm in its discriminator, which undoes what spectral-norm holds"
    with pytest.raises(LookupError, match=rf"^variant 'own' {reason}$"):
        find_variant("own")
    with pytest.raises(LookupError, match=rf"^variant 'dcgan\+hinge\+spectral-norm' {reason}$"):
        find_variant("dcgan+hinge+spectral-norm")
    with pytest.raises(LookupError, match="own"):
        find_variants(["dcgan", "own"])


@every_variant
def test_has_the_hyperparameters_of_its_parts(variant: Variant) -> None:
    own = variant.defaults
    assert (own.beta1 is not None) == (variant.optimiser == "adam")
    assert (own.penalty_weight is not None) == bool(variant.penalties)
    assert (own.clip is not None) == (variant.constraint is WEIGHT_CLIPPING)
    assert (own.constraint_weight is not None) == (variant.constraint is ORTHOGONAL)
    assert (own.balance_gain is not None) == (own.diversity_ratio is not None) == (variant.loss.name == "began")
    assert (own.lecam_weight is not None) == variant.loss.name.endswith("-lecam")


@every_variant
def test_defaults_are_within_their_domains(variant: Variant) -> None:
    for name, value in variant.defaults.present().items():
        check_domain(name, value)
    assert variant.defaults == Hyperparameters(**variant.defaults.present())


@every_variant
def test_saturating_and_non_saturating_do_not_share_a_name(variant: Variant) -> None:
    minimax = variant.name.endswith("minimax") or variant.name == "mm-gan"
    assert (variant.loss.name == "minimax") == minimax


def test_sets() -> None:
    assert LUCIC2018 == SEVEN
    assert CORE == FIRST + SEVEN
    assert sets() == {"core": FIRST + SEVEN, "lucic2018": SEVEN, "all": tuple(known_variants())}
    assert not sets().keys() & known_variants().keys()


def test_every_variant_of_every_file_is_listed() -> None:
    written = []
    for found in iter_modules(variants.__path__):
        own = listed("variant", import_module(f"{variants.__name__}.{found.name}"), Variant)
        assert own, f"{found.name} holds no variant"
        assert all(VARIANTS[name] is variant for name, variant in own.items())
        written += own
    assert sorted(written) == sorted(VARIANTS)


def test_a_line_may_list_one_variant_or_several() -> None:
    package = ModuleType("package")
    package.__dict__.update(one=VARIANTS["wgan"], others=(VARIANTS["began"], VARIANTS["hinge"]), no=("dcgan", 3))
    assert list(listed("variant", package, Variant)) == ["wgan", "began", "hinge"]


def test_every_variant_of_the_zoo_is_known() -> None:
    assert list(known_variants())[: len(VARIANTS)] == list(VARIANTS)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["wgan-gp", "dcgan", "wgan-gp"], ["dcgan", "wgan-gp"]),  # in the catalog's order, each once
        (["lucic2018"], list(SEVEN)),
        (["lucic2018", "hinge", "began"], ["hinge", *SEVEN]),
        (["core"], list(FIRST + SEVEN)),
        (["all"], list(known_variants())),
        (["r1+hinge+mlp", "dcgan"], ["dcgan", "mlp+hinge+r1"]),  # composed ones come last
        (["mlp+hinge", "dcgan+hinge"], ["mlp+hinge", "dcgan+hinge"]),  # as they were asked for
        (["mlp+hinge+r1", "r1+mlp+hinge"], ["mlp+hinge+r1"]),  # one variant has one name
        ([], []),
    ],
)
def test_several_at_once(asked: list[str], found: list[str]) -> None:
    assert names(*asked) == found


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("wgangp", "did you mean 'wgan-gp'? "),
        ("DCGAN", "did you mean 'dcgan'? "),
        ("ls-gan", "did you mean 'lsgan'? "),
        ("spectral", "did you mean '"),
        ("", "Known: "),  # nothing is near to nothing
        ("core", "did you mean '"),
    ],
)
def test_an_unknown_name_lists_the_known_and_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(LookupError) as raised:
        find_variant(name)
    (message,) = raised.value.args
    assert message.startswith(f"unknown variant {name!r}: {nearest}")
    assert message.endswith(
        f"Known: {', '.join(known_variants())}; sets: core, lucic2018, all; or parts, as in resnet+hinge+r1"
    )
    assert "\n" not in message


def test_an_unknown_name_among_others_is_refused() -> None:
    with pytest.raises(LookupError, match=r"^unknown variant 'wgam': did you mean 'wgan'"):
        names("all", "wgam")


@pytest.mark.parametrize(
    ("package", "attribute", "told"),
    [
        ("ganzoo.losses", "HINGE", "loss "),
        pytest.param("ganzoo.penalties", "R1", "penalty ", marks=pytest.mark.long),
        pytest.param("ganzoo.architectures", "DCGAN", "architecture ", marks=pytest.mark.long),
        pytest.param("ganzoo.constraints", "ORTHOGONAL", "constraint ", marks=pytest.mark.long),
        pytest.param("ganzoo.augmentations", "INSTANCE_NOISE", "augmentation ", marks=pytest.mark.long),
        pytest.param("ganzoo.schedules", "COSINE", "schedule ", marks=pytest.mark.long),
        pytest.param("ganzoo.averaging", "EXPONENTIAL_AVERAGE", "averaging ", marks=pytest.mark.long),
        ("benchmark.metrics", "FID", "metric "),
        ("benchmark.datasets.built_in", "DIGITS", "data set "),
        pytest.param("benchmark.scoring.extractors.built_in", "PIXELS", "extractor ", marks=pytest.mark.long),
        ("ganzoo.variants", "RESIDUAL", "variant "),
    ],
)
def test_a_name_that_is_taken_is_refused_of_every_kind(package: str, attribute: str, told: str) -> None:
    """In a process of its own: catalogs are made once."""
    catalog = {"ganzoo": "ganzoo.registry"}.get(
        package.partition(".")[0], package.removesuffix(".built_in") + ".catalog"
    )
    twice = "(*value, replace(value[0]))" if attribute == "RESIDUAL" else "replace(value)"
    code = (
        "from dataclasses import replace\nfrom importlib import import_module\n"
        f"module = import_module({package!r})\nvalue = module.{attribute}\n"
        f"module.MINE = {twice}\n"
        f"try:\n    import_module({catalog!r})\n    print('taken')\n"
        "except LookupError as error:\n    print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"PluginError {told}"), done.stdout
    assert " is that of " in done.stdout


@pytest.mark.parametrize(
    ("name", "kind"), [("relativistic-average", "loss"), ("r1", "penalty"), ("mlp", "architecture")]
)
def test_a_part_is_no_variant(name: str, kind: str) -> None:
    with pytest.raises(LookupError) as refused:
        find_variant(name)
    assert str(refused.value) == (
        f"unknown variant {name!r}: that is a part ({kind}), and a variant is made of several, as in resnet+hinge+r1"
    )
