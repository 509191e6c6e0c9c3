"""Specs of tests, as a person writes them."""

from pathlib import Path

from benchmark.spec import Spec, load_spec

MINIMAL = 'name = "digits"\ndataset = "digits"\n'
FULL = """
name = "digits"
dataset = "digits"
variants = ["dcgan", "wgan"]
seed = 7

[budget]
trials = 16
discriminator_steps = 2000
batch_size = "paper"
rungs = [1000, 250]

[final]
seeds = 5

[search]
lr_generator = { low = 1e-5, high = 1e-2, log = true }
n_critic = { choices = [1, 2, 5] }

[search.wgan]
n_critic = { choices = [5] }

[score]
images = 500
metrics = ["fid", "kid"]
objective = "kid"
"""


def write(folder: Path, text: str, name: str = "digits") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str, *overrides: str) -> Spec:
    write(folder, text)
    return load_spec("digits", folder, overrides)
