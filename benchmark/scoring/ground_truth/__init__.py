"""What is known about made data sets: scores that need no extractor."""
