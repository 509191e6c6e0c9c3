"""One file a metric. A line here puts a metric into the catalog; columns of tables follow the order of lines."""

# isort: off
from benchmark.metrics.fid import FID as FID
from benchmark.metrics.inception_score import INCEPTION_SCORE as INCEPTION_SCORE
from benchmark.metrics.kid import KID as KID
from benchmark.metrics.precision_recall import PRECISION_RECALL as PRECISION_RECALL
from benchmark.metrics.density_coverage import DENSITY_COVERAGE as DENSITY_COVERAGE
from benchmark.metrics.fid_infinity import FID_INFINITY as FID_INFINITY
from benchmark.metrics.fd_dinov2 import FD_DINOV2 as FD_DINOV2
from benchmark.metrics.mind import MIND as MIND
from benchmark.metrics.cmmd import CMMD as CMMD
from benchmark.metrics.memorisation import MEMORISATION as MEMORISATION
from benchmark.metrics.class_coverage import CLASS_COVERAGE as CLASS_COVERAGE
from benchmark.metrics.known_truth import KNOWN_TRUTH as KNOWN_TRUTH
