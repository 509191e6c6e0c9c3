import io
import json
from base64 import b64decode, b64encode

import numpy as np
from PIL import Image

from reports.figures.sample_strips import data_uri, earlier_images, fit, sample_strips
from reports.records.load import StudyRecords


def noise(seed: int, side: int = 64) -> bytes:
    buffer = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_each_rung_of_the_shown_run_is_there(records: StudyRecords) -> None:
    strips = sample_strips(records, ["hinge", "dcgan", "wgan"])
    assert [strip.variant for strip in strips] == ["hinge", "dcgan"]
    dcgan = strips[1]
    assert dcgan.steps == "250,500,1000"
    assert dcgan.run == "final 0, FID 40.0"
    assert b64decode(dcgan.last.partition(",")[2]) == records.samples["dcgan"][1000]
    earlier = json.loads(earlier_images(strips))
    assert list(earlier["dcgan"]) == ["250", "500"]
    assert earlier["dcgan"]["250"] == data_uri(records.samples["dcgan"][250])


def test_small_grids_stay_as_they_are() -> None:
    grids = {"a": {100: noise(0), 200: noise(1)}}
    assert fit(grids, most=10**6) == grids


def test_large_grids_are_compressed_then_thinned_and_the_last_stays() -> None:
    grids = {name: {step: noise(step) for step in (100, 200, 300, 400)} for name in "ab"}
    compressed = fit(grids, most=sum(len(png) for own in grids.values() for png in own.values()) - 1)
    assert list(compressed["a"]) == [100, 200, 300, 400]
    assert all(Image.open(io.BytesIO(image)).format == "WEBP" for image in compressed["a"].values())
    size = sum(len(image) for own in compressed.values() for image in own.values())
    thinned = fit(grids, most=size - 1)
    assert sorted(thinned["a"]) == [200, 400]
    assert list(fit(grids, most=1)["b"]) == [400]


def test_kinds_of_images_are_named() -> None:
    assert data_uri(noise(0)) == f"data:image/png;base64,{b64encode(noise(0)).decode()}"
    webp = next(iter(fit({"a": {1: noise(0)}}, most=1)["a"].values()))
    assert data_uri(webp).startswith("data:image/webp;base64,")
