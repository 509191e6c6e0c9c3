"""Layers and initialisations that several architectures share."""
