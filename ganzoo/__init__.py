"""The zoo: architectures, losses, penalties, constraints, and the named variants made of them."""
