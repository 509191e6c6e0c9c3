"""One file a gradient penalty; each sees the discriminator as a function. See `ganzoo.variant.Penalty`."""
