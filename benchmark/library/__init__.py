"""What `import benchmark` gives: studies, training, scores and saved generators, called from Python."""
