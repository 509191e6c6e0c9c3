"""The report in words and numbers as text."""
