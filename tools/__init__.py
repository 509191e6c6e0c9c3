"""Tools of this repository, no part of what is installed: measurements and the documentation of the zoo."""
