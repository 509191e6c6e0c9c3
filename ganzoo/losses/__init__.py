"""One file a loss; each is two pure functions of logits, not reduced. See `ganzoo.variant.Loss`."""
