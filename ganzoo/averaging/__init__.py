"""One file an average of the generator's weights. A line here puts one into the zoo."""

# The next line goes last.
# isort: off
from ganzoo.averaging.exponential import EXPONENTIAL_AVERAGE as EXPONENTIAL_AVERAGE
