"""What turns a discriminator's features into a logit for a class."""

from torch import Tensor, nn

from ganzoo.layers.initialisation import glorot


class Projection(nn.Module):
    """psi(x) + <embedding[y], x>: how real the features look, and how well they go with the class.

    Args:
        features: Numbers in the features of one image.
        classes: How many.

    References:
        Miyato and Koyama 2018, arXiv:1802.05637, section 3, with the initialisation of the authors' code.
    """

    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.linear = glorot(nn.Linear(features, 1))
        self.embedding = nn.Embedding(classes, features)
        nn.init.xavier_uniform_(self.embedding.weight)

    def forward(self, features: Tensor, labels: Tensor) -> Tensor:
        """Features (N, features) and labels (N,) int64 in [0, classes) -> logits (N,)."""
        logits: Tensor = self.linear(features).squeeze(1)
        agreement: Tensor = (self.embedding(labels) * features).sum(1)
        return logits + agreement
