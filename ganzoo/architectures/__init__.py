"""One file a family of networks; each states the resolutions that it allows. A line here puts a pair into the zoo."""

# The next line goes last.
# isort: off
from ganzoo.architectures.dcgan import DCGAN as DCGAN
from ganzoo.architectures.dcgan import DCGAN_PLAIN as DCGAN_PLAIN
from ganzoo.architectures.infogan import INFOGAN as INFOGAN
from ganzoo.architectures.infogan import INFOGAN_AUTOENCODER as INFOGAN_AUTOENCODER
from ganzoo.architectures.infogan import INFOGAN_PLAIN as INFOGAN_PLAIN
from ganzoo.architectures.mlp import MLP as MLP
from ganzoo.architectures.mlp import MLP_DROPOUT as MLP_DROPOUT
from ganzoo.architectures.mlp import MLP_WIDE as MLP_WIDE
from ganzoo.architectures.r3gan import R3GAN as R3GAN
from ganzoo.architectures.resnet import RESNET as RESNET
from ganzoo.architectures.resnet import RESNET_CONDITIONAL as RESNET_CONDITIONAL
from ganzoo.architectures.shallow import SHALLOW as SHALLOW
from ganzoo.architectures.sndcgan import SNDCGAN as SNDCGAN
