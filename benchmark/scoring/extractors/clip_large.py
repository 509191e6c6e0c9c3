"""CLIP's large image encoder at 336 pixels as an extractor: that of CMMD, which resizes by a cubic filter."""

from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import interpolate
from torch_fidelity.feature_extractor_clip import MODEL_METADATA, MODEL_URLS, FeatureExtractorCLIP, build_model

from benchmark.scoring.extractors.clip import read_weights
from benchmark.scoring.extractors.extractor import Extractor
from benchmark.scoring.extractors.published_weights import PublishedWeights

NAME = "clip-vit-l-14-336px"
WEIGHTS = PublishedWeights(
    extractor=NAME,
    url=MODEL_URLS[NAME],
    file=f"{NAME}-{MODEL_METADATA[NAME]['hash']}.pt",
    sha256=MODEL_METADATA[NAME]["hash"],
    shapes={
        "visual.conv1.weight": (1024, 3, 14, 14),
        "visual.positional_embedding": (577, 1024),
        "visual.transformer.resblocks.23.mlp.c_proj.weight": (1024, 4096),
        "visual.proj": (1024, 768),
        "text_projection": (768, 768),
    },
)
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)  # CLIP's, of [0, 1]


class ClipLargeExtractor(FeatureExtractorCLIP):  # type: ignore[misc]  # torch-fidelity is untyped
    """Images (N, 3, H, W) uint8 to "clip": embeddings (N, 768) float32 of any length, without logits.

    The network is torch-fidelity's, which rounds weights to half precision, as OpenAI published them. The filter is the
    paper's: cubic (a = -0.5), widened where images become smaller, in floats, and not cut off at black and white.

    References:
        Radford et al. 2021, arXiv:2103.00020; for CMMD: Jayasumana et al. 2024, arXiv:2401.09603, and its code.
    """

    def __init__(
        self, name: str, features_list: list[str], feature_extractor_weights_path: str, **_settings: object
    ) -> None:
        # Past torch-fidelity's constructor, which would run any archive; it hands all of its settings, hence the rest.
        super(FeatureExtractorCLIP, self).__init__(name, features_list)
        self.model = build_model(read_weights(Path(feature_extractor_weights_path), WEIGHTS.sha256), torch.float32)
        self.resolution = self.model.visual.input_resolution

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Images (N, 3, H, W) uint8 to a tuple of one, embeddings (N, 768) float32."""
        return (self.model.visual(prepared(images, self.resolution)),)


def prepared(images: Tensor, side: int) -> Tensor:
    """Images (N, 3, H, W) uint8 as the network takes them: (N, 3, side, side) float32, resized and normalised."""
    pixels = interpolate(images.float() / 255, (side, side), mode="bicubic", antialias=True)
    mean, deviation = (pixels.new_tensor(values).view(3, 1, 1) for values in (MEAN, DEVIATION))
    return (pixels - mean) / deviation


def clip_large_problem(data: Path) -> str | None:
    """None if the weights are in place, else one line saying which file to put where; never downloads."""
    return WEIGHTS.problem(data)


def clip_large_weights(data: Path) -> Path:
    """The file of weights, downloaded into the data folder if it is nowhere.

    Raises:
        UserError: if it is nowhere and the download fails, or if it does not hold these weights.
    """
    return WEIGHTS.find(data)


CLIP_LARGE = Extractor(
    name=NAME,
    network=ClipLargeExtractor,
    pooled="clip",
    logits=None,
    weights=clip_large_weights,
    problem=clip_large_problem,
    citation="Radford et al. 2021, arXiv:2103.00020; for scores: Jayasumana et al. 2024, arXiv:2401.09603",
    resize="bicubic, antialiased, in floats that are not clipped, to 336x336",
)
