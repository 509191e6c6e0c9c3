"""Inputs that nobody thought of: each gives a result or one line that says what is wrong, and nothing else happens."""
