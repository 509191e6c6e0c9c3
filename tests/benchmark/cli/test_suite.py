"""`ganbench suite`: studies one after the other, and their page."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmark.paths import Paths

Command = Callable[..., tuple[int, str, str]]
WORDS = ("--device", "cpu", "--workers", "1")


def written(root: Path, text: str) -> str:
    (root / "studies" / "suites").mkdir(parents=True, exist_ok=True)
    (root / "studies" / "suites" / "mine.toml").write_text(f'name = "mine"\n{text}', encoding="utf-8")
    return "mine"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('studies = ["tiny", "tinny"]', "did you mean 'tiny'?"),
        ('studies = ["tiny", "tiny"]', "suite 'mine': 'tiny' is study "),
        ('studies = ["tiny", { study = "tiny", set = ["final.most_seeds=3"] }]', "twice; name each study once"),
        ('studies = ["tiny"]\nvariants = ["dcgna"]', "unknown variant 'dcgna': did you mean 'dcgan'?"),
        ('studies = [{ study = "tiny", set = ["budget.trial=3"] }]', "unknown key 'budget.trial'"),
        ('studies = ["tiny", { study = "tiny", set = ["dataset=digit"] }]', "unknown dataset 'digit'"),
        ('studies = ["tiny", { study = "tiny", set = ["dataset=folder:nope"] }]', "nope: no such folder"),
        (
            'studies = ["tiny", { study = "tiny", set = ["score.extractor=digit-cnn"] }]',
            "unknown extractor 'digit-cnn'",
        ),
        (
            'studies = ["tiny", { study = "tiny", set = ["dataset=triangles"] }]',
            "extractor 'digits-cnn': was made for digits, digits-200, and says nothing of 'triangles'",
        ),
        (
            'studies = ["tiny", { study = "tiny", set = ["dataset=celeba", "resolution=32", '
            '"score.extractor=pixels", "score.metrics=fid", "score.final_metrics=[]"] }]',
            "celeba/list_eval_partition.txt: is missing; put list_eval_partition.txt and the unpacked",
        ),
        (
            'studies = ["tiny", { study = "tiny", set = ["score.images=70"] }]',
            " has score.images = 64 and tiny-",
        ),
        ("studies = []", "studies = []: "),
        ('study = ["tiny"]\nstudies = ["tiny"]', "unknown key 'study'"),
    ],
)
def test_what_is_wrong_with_any_study_is_one_line_before_one_trains(
    text: str, told: str, ganbench: Command, studies: Path
) -> None:
    suite = written(studies.parent, text)
    code, out, err = ganbench("suite", "--suite", suite, *WORDS)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert err.startswith("ganbench: ")
    assert not (studies.parent / "runs" / "work").exists()


def test_an_unknown_suite_lists_those_that_are_known(ganbench: Command, studies: Path) -> None:
    code, out, err = ganbench("suite", "--suite", "embeded", *WORDS)
    assert (code, out) == (2, "")
    assert err == "ganbench: no suite 'embeded': did you mean 'embedded'? known: embedded, lucic2018\n"


def test_finished_studies_are_not_run_again_and_their_page_is_written(ganbench: Command, untouched: Paths) -> None:
    place = untouched.root
    suite = written(place, 'studies = ["tiny"]\nvariants = ["gan-shallow", "wgan"]')
    before = {path: path.stat().st_mtime_ns for path in (place / "runs" / "work").glob("*/*/record.json")}
    code, out, err = ganbench("suite", "--suite", suite, *WORDS, where=place)
    assert code == 0
    assert [line for line in err.splitlines() if "artifacts that were recorded in" not in line] == []  # it is a copy
    assert {path: path.stat().st_mtime_ns for path in (place / "runs" / "work").glob("*/*/record.json")} == before
    page = place / "runs" / "suites" / "mine" / "suite.html"
    first, last = out.splitlines()[0], out.splitlines()[-1]
    assert first == "mine: study 1 of 1, tiny"
    assert last == f"Suite: {page}"
    assert "gan-shallow" in page.read_text(encoding="utf-8")
    assert "hinge" not in page.read_text(encoding="utf-8")  # which the study has, and the suite does not ask for
    code, out, err = ganbench("suite", "--suite", suite, *WORDS, "--json", where=place)
    told = json.loads(out)
    assert (code, told["suite"], told["page"]) == (0, "mine", str(page))
    assert [each.rpartition("-")[0] for each in told["studies"]] == ["tiny"]
    assert told["answer"] in err
