"""A line here puts an extractor into the catalog."""

# isort: off
from benchmark.scoring.extractors.inception import INCEPTION as INCEPTION
from benchmark.scoring.extractors.digits_cnn import DIGITS_CNN as DIGITS_CNN
from benchmark.scoring.extractors.dinov2 import DINOV2 as DINOV2
from benchmark.scoring.extractors.clip import CLIP as CLIP
from benchmark.scoring.extractors.pixels import PIXELS as PIXELS
from benchmark.scoring.extractors.dinov2_large import DINOV2_LARGE as DINOV2_LARGE
from benchmark.scoring.extractors.clip_large import CLIP_LARGE as CLIP_LARGE
