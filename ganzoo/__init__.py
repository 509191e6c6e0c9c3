"""The zoo: architectures, losses, penalties, constraints, and the named recipes made of them."""
