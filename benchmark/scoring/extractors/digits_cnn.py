"""The extractor for the embedded digits: a small classifier whose weights the repository ships."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file

from benchmark.errors import UserError
from benchmark.scoring.extractors.classifier import Classifier
from benchmark.scoring.extractors.classifier_extractor import ClassifierExtractor
from benchmark.scoring.extractors.extractor import Extractor

NAME = "digits-cnn"
WEIGHTS = Path(__file__).with_name("digits-cnn.safetensors")
SIDE = 8
CLASSES = 10


class DigitsNetwork(Classifier):
    """Grey 8x8 images to 64 features and 10 logits."""

    def __init__(self) -> None:
        super().__init__(1, SIDE, CLASSES)


class DigitsExtractor(ClassifierExtractor):
    """`DigitsNetwork` with the shipped weights, or those of a file."""

    def __init__(
        self,
        name: str,
        features_list: list[str],
        feature_extractor_weights_path: str | None = None,
        **_settings: object,
    ) -> None:
        # torch-fidelity hands all of its own settings to every extractor, hence the rest.
        network = DigitsNetwork()
        load_weights(network, Path(feature_extractor_weights_path or WEIGHTS))
        super().__init__(name, features_list, network)


def load_weights(network: DigitsNetwork, path: Path) -> None:
    """Fill a network with weights from a safetensors file.

    Raises:
        UserError: if the file is missing, broken, or holds other weights.
    """
    try:
        network.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        advice = "restore it, or make it with python -m benchmark.scoring.extractors.train_digits_cnn"
        raise UserError(f"{path}: no weights of {NAME} ({str(error).splitlines()[0]}); {advice}") from error


def digits_problem(data: Path) -> str | None:
    """None if the shipped weights are in place, else one line naming their file."""
    return None if WEIGHTS.is_file() else f"{WEIGHTS}: is missing; restore it from the repository"


def shipped_weights(data: Path) -> Path:
    """The file that the repository ships; `load_weights` says so if it is missing."""
    return WEIGHTS


DIGITS_CNN = Extractor(
    name=NAME,
    network=DigitsExtractor,
    pooled="64",
    logits="logits",
    weights=shipped_weights,
    problem=digits_problem,
    citation="a classifier of the digits' train split, made by benchmark/scoring/extractors/train_digits_cnn.py",
    resize="mean of the colours, bilinear, antialiased, to 8x8",
    made_for=("digits", "digits-200"),
)
