"""Ends a study at random moments, and holds what comes out to what an undisturbed one gives."""
