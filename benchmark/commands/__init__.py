"""What the commands do that are no study: score, sample, ui, doctor, inventory."""
