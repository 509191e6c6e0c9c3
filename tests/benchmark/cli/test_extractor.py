"""`ganbench extractor train` as it is typed, and a score by what it made."""

import json
from collections.abc import Callable
from pathlib import Path

Command = Callable[..., tuple[int, str, str]]


def test_it_says_how_right_it_is_and_scores_carry_its_digest(ganbench: Command, tmp_path: Path) -> None:
    code, out, err = ganbench("extractor", "train", "--dataset", "digits", "--epochs", "4", "--json", where=tmp_path)
    assert code == 0, err
    made = json.loads(out)
    file = tmp_path / "data/extractors/digits.safetensors"
    assert made["extractor"] == f"file:{file}"
    assert file.is_file()
    assert "right on validation " in err
    assert f"--set score.extractor=file:{file}" in err
    words = ("run", "--study", "smoke", "--variant", "gan-shallow", "--workers", "1", "--json")
    code, out, err = ganbench(*words, "--set", f"score.extractor={made['extractor']}", where=tmp_path)
    assert code == 0, err
    page = Path(json.loads(out)["page"])
    protocol = json.loads((page.parent / "protocol.json").read_text(encoding="utf-8"))
    found = json.dumps(protocol)
    assert made["digest"] in found
    assert "file:digits.safetensors" in found


def test_what_is_no_data_set_is_one_line(ganbench: Command, tmp_path: Path) -> None:
    code, out, err = ganbench("extractor", "train", "--dataset", "digit", where=tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("ganbench: unknown dataset 'digit': did you mean 'digits'?")


def test_a_study_by_a_file_that_is_not_there_is_one_line(ganbench: Command, tmp_path: Path) -> None:
    words = ("run", "--study", "smoke", "--variant", "gan-shallow", "--set", "score.extractor=file:none.safetensors")
    code, _, err = ganbench(*words, where=tmp_path)
    assert code == 2
    assert "none.safetensors: cannot be read as a classifier" in err.splitlines()[-1]
