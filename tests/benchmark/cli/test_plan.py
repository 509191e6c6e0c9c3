"""`ganbench plan` as it is typed."""

import json
from collections.abc import Callable

from tiny_study import FinishedStudy

Command = Callable[..., tuple[int, str, str]]


def test_a_row_for_each_number_of_workers_and_one_line(ganbench: Command, finished: FinishedStudy) -> None:
    name = finished.sound[0]
    words = ("plan", "--study", "tiny", "--variant", name, "--workers", "4")
    code, out, err = ganbench(*words, where=finished.paths.root)
    assert (code, err) == (0, "")
    head, *rows, last = out.splitlines()
    assert head.split() == ["workers", "time", "idle", "parent", "busy"]
    assert [row.split()[0] for row in rows] == ["1", "2", "4"]
    runs = len([record for record in finished.observer.records if record.config.variant == name])
    assert last.startswith(f"{finished.spec.study_id}: {runs} runs of 1 variant, as it went, ")
    assert last.endswith(" with 4 workers")
    document = json.loads(ganbench(*words, "--json", where=finished.paths.root)[1])
    assert [table["workers"] for table in document["tables"]] == [1, 2, 4]
    assert (document["runs"], document["is_replay"]) == (runs, True)


def test_an_unknown_variant_is_refused(ganbench: Command, finished: FinishedStudy) -> None:
    code, out, err = ganbench("plan", "--study", "tiny", "--variant", "dcgna", where=finished.paths.root)
    assert (code, out) == (2, "")
    assert err.startswith("ganbench: unknown variant 'dcgna': did you mean 'dcgan'?")
