"""One file a loss; each is two pure functions of logits, not reduced. A line here puts a loss into the zoo."""

# The next line goes last.
# isort: off
from ganzoo.losses.began import BEGAN as BEGAN
from ganzoo.losses.hinge import HINGE as HINGE
from ganzoo.losses.least_squares import LEAST_SQUARES as LEAST_SQUARES
from ganzoo.losses.minimax import MINIMAX as MINIMAX
from ganzoo.losses.non_saturating import NON_SATURATING as NON_SATURATING
from ganzoo.losses.non_saturating import NON_SATURATING_SMOOTH as NON_SATURATING_SMOOTH
from ganzoo.losses.relativistic_average import RELATIVISTIC_AVERAGE as RELATIVISTIC_AVERAGE
from ganzoo.losses.relativistic_pairing import RELATIVISTIC_PAIRING as RELATIVISTIC_PAIRING
from ganzoo.losses.wasserstein import WASSERSTEIN as WASSERSTEIN
from ganzoo.losses.hinge import HINGE_LECAM as HINGE_LECAM
from ganzoo.losses.non_saturating import NON_SATURATING_LECAM as NON_SATURATING_LECAM
from ganzoo.losses.wasserstein import WASSERSTEIN_LECAM as WASSERSTEIN_LECAM
from ganzoo.losses.hinge import HINGE_SAN as HINGE_SAN
from ganzoo.losses.non_saturating import NON_SATURATING_SAN as NON_SATURATING_SAN
from ganzoo.losses.wasserstein import WASSERSTEIN_SAN as WASSERSTEIN_SAN
