"""One file a penalty; each sees the discriminator as a function. A line here puts a penalty into the zoo."""

# The next line goes last.
# isort: off
from ganzoo.penalties.consistency import CONSISTENCY as CONSISTENCY
from ganzoo.penalties.consistency import CONSISTENCY_SHIFT as CONSISTENCY_SHIFT
from ganzoo.penalties.dragan import DRAGAN as DRAGAN
from ganzoo.penalties.gradient_penalty import GRADIENT_PENALTY as GRADIENT_PENALTY
from ganzoo.penalties.lipschitz_penalty import LIPSCHITZ_PENALTY as LIPSCHITZ_PENALTY
from ganzoo.penalties.r1 import R1 as R1
from ganzoo.penalties.r2 import R2 as R2
