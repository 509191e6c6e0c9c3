"""The reference pages of the zoo, generated from the parts themselves: `python -m tools.documentation docs/zoo`."""
