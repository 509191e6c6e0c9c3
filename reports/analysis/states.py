"""How runs end."""

STATES = ("complete", "pruned", "diverged", "failed")
