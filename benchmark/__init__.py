"""The harness: it searches, trains, scores and tracks every variant of the zoo under one budget."""
