"""One file a constraint on the discriminator's weights. A line here puts a constraint into the zoo."""

# The next line goes last.
# isort: off
from ganzoo.constraints.orthogonal import ORTHOGONAL as ORTHOGONAL
from ganzoo.constraints.spectral_normalisation import SPECTRAL_NORMALISATION as SPECTRAL_NORMALISATION
from ganzoo.constraints.weight_clipping import WEIGHT_CLIPPING as WEIGHT_CLIPPING
