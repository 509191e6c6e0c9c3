"""How this code measures up to its own style, as far as a program can tell: `python -m tools.rubric`."""
