"""The images that are scored: a block at a time or all at once, the same comparison."""

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.commands import scored_images
from benchmark.commands.scored_images import find_scored
from benchmark.datasets.catalog import LabelledImages
from benchmark.errors import UserError
from benchmark.scoring.overlap import fingerprints
from benchmark.scoring.scorer import Scorer
from benchmark.spec import Spec, spec_of

IMAGES = torch.randint(0, 256, (700, 12, 12, 3), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
REAL = torch.randint(0, 200, (300, 3, 12, 12), generator=torch.Generator().manual_seed(1), dtype=torch.uint8)


def spec(**values: object) -> Spec:
    score = {"extractor": "pixels", "metrics": ["fid"]}
    return spec_of({"name": "a", "dataset": "folder:real", "score": score, **values}, (), "--set")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    np.save(tmp_path / "images.npy", IMAGES.numpy())
    return tmp_path / "images.npy"


def test_blocks_and_all_at_once_make_one_comparison(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LabelledImages(REAL, torch.zeros(300, dtype=torch.int64), 1)
    scorer = Scorer.of_images(spec(), "all", real, (tmp_path, tmp_path), torch.device("cpu"))
    held, marks = find_scored(source, spec(), 0).beside(scorer, ("fid",))
    monkeypatch.setattr(scored_images, "MOST_HELD", 1000)
    passed, same_marks = find_scored(source, spec(), 0).beside(scorer, ("fid",))
    torch.testing.assert_close(passed.generated, held.generated, rtol=0, atol=0)
    assert marks == same_marks == fingerprints(IMAGES.permute(0, 3, 1, 2))
    assert (len(held.images), len(passed.images)) == (700, 0)


def test_a_protocol_draws_and_the_seed_decides(source: Path) -> None:
    quick = spec_of({"name": "a", "dataset": "digits"}, (), "--set").model_copy(update={"protocol": "quick"})
    quick = quick.model_copy(update={"score": quick.score.model_copy(update={"images": 100})})
    drawn = [torch.cat(list(find_scored(source, quick, seed).blocks())) for seed in (0, 0, 1)]
    assert [len(images) for images in drawn] == [100] * 3
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
    every = set(fingerprints(IMAGES.permute(0, 3, 1, 2)))
    assert len(set(fingerprints(drawn[2])) & every) == 100


def test_too_few_and_none(tmp_path: Path) -> None:
    np.save(tmp_path / "few.npy", IMAGES[:3].numpy())
    with pytest.raises(UserError, match=r"few.npy: 3 images; at least 16 are needed"):
        find_scored(tmp_path / "few.npy", spec(), 0)
    with pytest.raises(UserError, match="absent: no such folder or file"):
        find_scored(tmp_path / "absent", spec(), 0)
    with pytest.raises(UserError, match="File name too long"):
        find_scored(tmp_path / ("x" * 300), spec(), 0)
