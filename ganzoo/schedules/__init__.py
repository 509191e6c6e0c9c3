"""One file a schedule of the learning rates. A line here puts one into the zoo."""

# The next line goes last.
# isort: off
from ganzoo.schedules.cosine import COSINE as COSINE
from ganzoo.schedules.linear_decay import LINEAR_DECAY as LINEAR_DECAY
