"""One file a constraint on the discriminator's weights. See `ganzoo.variant.Constraint`."""
