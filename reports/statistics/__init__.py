"""Pure functions of numbers: no study in them."""
