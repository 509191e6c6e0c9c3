"""One file an augmentation of what the discriminator sees. A line here puts one into the zoo."""

# The next line goes last.
# isort: off
from ganzoo.augmentations.differentiable import DIFFERENTIABLE as DIFFERENTIABLE
from ganzoo.augmentations.differentiable import DIFFERENTIABLE_TRANSLATION as DIFFERENTIABLE_TRANSLATION
from ganzoo.augmentations.instance_noise import INSTANCE_NOISE as INSTANCE_NOISE
from ganzoo.augmentations.adaptive import ADAPTIVE as ADAPTIVE
from ganzoo.augmentations.adaptive import ADAPTIVE_QUICK as ADAPTIVE_QUICK
