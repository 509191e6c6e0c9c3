"""Families of variants: those whose losses are of one kind, so that a handful of colours is enough for the zoo."""

from reports.records.load import StudyRecords

# In the order of the page's colours.
FAMILIES = ("cross-entropy", "Wasserstein", "least squares", "hinge", "relativistic", "BEGAN")
OTHER = "other losses"
_OF_LOSSES = {
    "minimax": "cross-entropy",
    "non-saturating": "cross-entropy",
    "non-saturating-smooth": "cross-entropy",
    "wasserstein": "Wasserstein",
    "least-squares": "least squares",
    "hinge": "hinge",
    "relativistic-average": "relativistic",
    "relativistic-pairing": "relativistic",
    "began": "BEGAN",
}


def families(records: StudyRecords) -> dict[str, str]:
    """The family of each variant of a study, by the loss that its runs told; `OTHER` where that is unknown."""
    return {name: _OF_LOSSES.get(records.made_of(name).get("loss", ""), OTHER) for name in records.variant_names}
