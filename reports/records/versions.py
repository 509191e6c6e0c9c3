"""Which variants have runs of more than one version of a file that their parts are written in."""

from collections import Counter
from collections.abc import Sequence

from reports.records.stored import StoredRun


def mixed_versions(runs: Sequence[StoredRun]) -> list[str]:
    """A caution for each variant and file whose runs are of more than one version, in the order of the runs.

    Runs of before, whose records do not say, count as of any.
    """
    seen: dict[tuple[str, str], Counter[str]] = {}
    for run in runs:
        for file, digest in run.record.sources.items() if run.record else ():
            seen.setdefault((run.variant, file), Counter())[digest] += 1
    return [
        f"{variant}: its runs are of {len(counts)} versions of {file} ({_joined(counts)} runs), "
        "and its numbers mix them; --set name=NAME begins a study of one version"
        for (variant, file), counts in seen.items()
        if len(counts) > 1
    ]


def _joined(counts: Counter[str]) -> str:
    *first, last = [str(count) for count in counts.values()]
    return f"{', '.join(first)} and {last}"
