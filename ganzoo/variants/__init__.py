"""One file a source: a variant, or several in a tuple. A line here puts them into the zoo, in the order of lines."""

# isort: off
from ganzoo.variants.tutorials import TUTORIALS as TUTORIALS
from ganzoo.variants.convolutional import CONVOLUTIONAL as CONVOLUTIONAL
from ganzoo.variants.lucic2018 import LUCIC2018 as LUCIC2018
from ganzoo.variants.residual import RESIDUAL as RESIDUAL
