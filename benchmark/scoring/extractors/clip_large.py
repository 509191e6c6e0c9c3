"""CLIP's large image encoder at 336 pixels as an extractor: that of CMMD, which resizes by a cubic filter."""

from torch import Tensor
from torch.nn.functional import interpolate
from torch_fidelity.feature_extractor_clip import MODEL_METADATA, MODEL_URLS

from benchmark.scoring.extractors.clip import ClipExtractor
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


class ClipLargeExtractor(ClipExtractor):
    """Images (N, 3, H, W) uint8 to "clip": embeddings (N, 768) float32 of any length, without logits.

    The network is torch-fidelity's, which rounds weights to half precision, as OpenAI published them. The filter is the
    paper's: cubic (a = -0.5), widened where images become smaller, in floats, and not cut off at black and white.

    References:
        Radford et al. 2021, arXiv:2103.00020; for CMMD: Jayasumana et al. 2024, arXiv:2401.09603, and its code.
    """

    @property
    def published(self) -> PublishedWeights:
        """Its weights as OpenAI published them."""
        return WEIGHTS

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Images (N, 3, H, W) uint8 to a tuple of one, embeddings (N, 768) float32."""
        return (self.model.visual(prepared(images, self.resolution)),)


def prepared(images: Tensor, side: int) -> Tensor:
    """Images (N, 3, H, W) uint8 as the network takes them: (N, 3, side, side) float32, resized and normalised."""
    pixels = interpolate(images.float() / 255, (side, side), mode="bicubic", antialias=True)
    mean, deviation = (pixels.new_tensor(values).view(3, 1, 1) for values in (MEAN, DEVIATION))
    return (pixels - mean) / deviation


CLIP_LARGE = Extractor(
    name=NAME,
    network=ClipLargeExtractor,
    pooled="clip",
    logits=None,
    weights=WEIGHTS.find,
    problem=WEIGHTS.problem,
    citation="Radford et al. 2021, arXiv:2103.00020; for scores: Jayasumana et al. 2024, arXiv:2401.09603",
    resize="bicubic, antialiased, in floats that are not clipped, to 336x336",
)
