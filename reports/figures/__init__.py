"""Figures drawn once, for the page and for paper."""
