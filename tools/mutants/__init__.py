"""Formulas changed one at a time by mutmut: do the tests see it? docs/mutants.md has the changes that they do not."""
