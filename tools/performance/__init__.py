"""What the harness gains: the same work by a plain harness and by ours, side by side; run by `make perf`."""
