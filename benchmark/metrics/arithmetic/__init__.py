"""Pure functions of features that metrics are made of."""
