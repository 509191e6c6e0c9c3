"""Words of the command line."""

import pytest

from benchmark.cli.options import names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("wgan", ["wgan"]),
        ("wgan, resnet+hinge+r1 ,core", ["wgan", "resnet+hinge+r1", "core"]),
        (" ,,wgan,", ["wgan"]),
    ],
)
def test_names_stand_between_commas(text: str, names: list[str]) -> None:
    assert names_in(text) == names
