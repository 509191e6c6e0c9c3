"""A cohort: its state, its step, its random streams and its checkpoints."""
