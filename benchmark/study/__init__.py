"""The parent of a study: prepares, searches, runs, tells."""
