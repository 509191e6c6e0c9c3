"""One file a source of variants; each ends with `VARIANTS`, where a new one is one entry."""
