"""One file a source of recipes; each ends with `RECIPES`, where a new one is one entry."""
