"""The reference pages of the zoo, generated from the parts themselves: `python -m ganzoo.documentation docs/zoo`."""
