"""The report as files: page, Markdown, LaTeX, tables."""
