"""CLIP's image encoder as an extractor: torch-fidelity's network, and its weights."""

import warnings
from pathlib import Path

import torch
from torch import Tensor
from torch_fidelity.feature_extractor_clip import MODEL_METADATA, MODEL_URLS, FeatureExtractorCLIP, build_model

from benchmark.scoring.extractors.extractor import Extractor
from benchmark.scoring.extractors.published_weights import PublishedWeights, sha256, tensors

NAME = "clip-vit-b-32"
WEIGHTS = PublishedWeights(
    extractor=NAME,
    url=MODEL_URLS[NAME],
    file=f"{NAME}-{MODEL_METADATA[NAME]['hash']}.pt",
    sha256=MODEL_METADATA[NAME]["hash"],
    shapes={
        "visual.conv1.weight": (768, 3, 32, 32),
        "visual.positional_embedding": (50, 768),
        "visual.transformer.resblocks.11.mlp.c_proj.weight": (768, 3072),
        "visual.proj": (768, 512),
        "text_projection": (512, 512),
    },
)


class ClipExtractor(FeatureExtractorCLIP):  # type: ignore[misc]  # torch-fidelity is untyped
    """Images (N, 3, H, W) uint8 to "clip": embeddings (N, 512) float32, without logits.

    torch-fidelity's own, but for how it reads weights; it rounds them to half precision, as OpenAI published them.

    References:
        Radford et al. 2021, arXiv:2103.00020; for Fréchet distances: Kynkäänniemi et al. 2023, arXiv:2203.06026.
    """

    @property
    def published(self) -> PublishedWeights:
        """Its weights as OpenAI published them."""
        return WEIGHTS

    def __init__(
        self, name: str, features_list: list[str], feature_extractor_weights_path: str, **_settings: object
    ) -> None:
        # Past torch-fidelity's constructor, which would run any archive; it hands all of its settings, hence the rest.
        super(FeatureExtractorCLIP, self).__init__(name, features_list)
        self.feature_extractor_internal_dtype = torch.float32
        weights = read_weights(Path(feature_extractor_weights_path), self.published.sha256)
        self.model = build_model(weights, torch.float32)
        self.resolution = self.model.visual.input_resolution


def read_weights(path: Path, published: str) -> dict[str, Tensor]:
    """CLIP's tensors by name, each of its layer's shape, on the CPU: of the published archive, or of a file of tensors.

    The archive is a TorchScript program, which may do anything when it is loaded: so only the very one that OpenAI
    published is.

    Args:
        path: The file.
        published: The SHA-256 of the archive that may be run.

    Raises:
        UserError: if it is neither.
    """
    if sha256(path) != published:
        return tensors(path)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning, message="`torch.jit.load`")
        archive = torch.jit.load(path, map_location="cpu")  # type: ignore[no-untyped-call]
    return dict(archive.state_dict())


def clip_problem(data: Path) -> str | None:
    """None if the weights are in place, else one line saying which file to put where; never downloads."""
    return WEIGHTS.problem(data)


def clip_weights(data: Path) -> Path:
    """The file of weights, downloaded into the data folder if it is nowhere.

    Raises:
        UserError: if it is nowhere and the download fails, or if it does not hold these weights.
    """
    return WEIGHTS.find(data)


CLIP = Extractor(
    name=NAME,
    network=ClipExtractor,
    pooled="clip",
    logits=None,
    weights=clip_weights,
    problem=clip_problem,
    citation="Radford et al. 2021, arXiv:2103.00020; for scores: Kynkäänniemi et al. 2023, arXiv:2203.06026",
    resize="bilinear as TensorFlow 1 has it, not antialiased, to 224x224",
)
