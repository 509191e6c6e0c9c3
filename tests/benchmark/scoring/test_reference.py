import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from benchmark.datasets.catalog import load_split
from benchmark.scoring.extractors.catalog import LoadedExtractor, weights_digest
from benchmark.scoring.features import extract
from benchmark.scoring.reference import image_digest, load_reference, reference_key, reference_of


def load(digits_cnn, tmp_path, split="test", resolution=0):
    images = load_split("digits", split, tmp_path / "data", resolution).images
    return load_reference(images, image_digest(images), f"digits-{split}", digits_cnn, tmp_path / "cache")


def test_statistics_are_numpys(digits_cnn, test_images):
    reference = reference_of(test_images, digits_cnn)
    pooled = extract(digits_cnn, test_images).pooled
    assert torch.equal(reference.pooled, pooled)
    np.testing.assert_allclose(reference.mu, pooled.mean(0), rtol=1e-12)
    np.testing.assert_allclose(reference.sigma, np.cov(pooled.T), rtol=1e-9, atol=1e-12)
    assert reference.mu.dtype == reference.sigma.dtype == torch.float64


def test_cache_gives_back_what_was_computed(digits_cnn, test_images, tmp_path):
    fresh = load(digits_cnn, tmp_path)
    (path,) = (tmp_path / "cache").iterdir()
    cached = load(digits_cnn, tmp_path)
    for name in ("pooled", "mu", "sigma"):
        assert torch.equal(getattr(fresh, name), getattr(cached, name))
    assert path.name == f"digits-test-digits-cnn-{reference_key(image_digest(test_images), digits_cnn)}.safetensors"


def test_cache_is_read(digits_cnn, tmp_path):
    load(digits_cnn, tmp_path)
    (path,) = (tmp_path / "cache").iterdir()
    save_file(load_file(path) | {"mu": torch.full((64,), 5.0, dtype=torch.float64)}, path)
    assert load(digits_cnn, tmp_path).mu.tolist() == [5.0] * 64


@pytest.mark.parametrize("content", [b"", b"garbage", None])
def test_broken_cache_is_computed_again(digits_cnn, tmp_path, content):
    fresh = load(digits_cnn, tmp_path)
    (path,) = (tmp_path / "cache").iterdir()
    path.write_bytes(path.read_bytes()[:-100] if content is None else content)
    assert torch.equal(load(digits_cnn, tmp_path).sigma, fresh.sigma)
    assert torch.equal(load_file(path)["sigma"], fresh.sigma)


def test_foreign_tensors_in_the_cache_are_computed_again(digits_cnn, tmp_path):
    fresh = load(digits_cnn, tmp_path)
    (path,) = (tmp_path / "cache").iterdir()
    save_file({"mean": fresh.mu}, path)
    assert torch.equal(load(digits_cnn, tmp_path).mu, fresh.mu)


def test_splits_and_resolutions_have_files_of_their_own(digits_cnn, tmp_path):
    for split, resolution in (("test", 0), ("validation", 0), ("test", 16)):
        load(digits_cnn, tmp_path, split, resolution)
    assert len(list((tmp_path / "cache").iterdir())) == 3
    load(digits_cnn, tmp_path, "test", 8)  # the native side by another name
    assert len(list((tmp_path / "cache").iterdir())) == 3


def test_digest_changes_with_one_pixel_and_with_the_shape(test_images):
    touched = test_images.clone()
    touched[449, 0, 7, 7] ^= 1
    assert image_digest(test_images) == image_digest(test_images.clone())
    assert len({image_digest(images) for images in (test_images, touched, test_images.view(450, 1, 4, 16))}) == 3


def test_key_changes_with_the_digest_one_weight_and_the_library(digits_cnn, monkeypatch):
    keys = {reference_key("one", digits_cnn), reference_key("other", digits_cnn)}
    with torch.no_grad():
        digits_cnn.network.network.hidden.bias[0] += 1e-6
    digest = weights_digest(digits_cnn.network)
    keys.add(reference_key("one", LoadedExtractor(digits_cnn.extractor, digits_cnn.network, digest, digits_cnn.device)))
    monkeypatch.setattr("torch_fidelity.__version__", "9.9")
    keys.add(reference_key("one", digits_cnn))
    assert len(keys) == 4


def test_nothing_half_written_is_left(digits_cnn, tmp_path):
    load(digits_cnn, tmp_path)
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".safetensors"]


def test_two_changed_bytes_in_the_cache_are_said_and_computed_again(digits_cnn, tmp_path, capsys):
    fresh = load(digits_cnn, tmp_path)
    (path,) = (tmp_path / "cache").iterdir()
    content = bytearray(path.read_bytes())
    for place in (len(content) // 2, len(content) - 9):
        content[place] ^= 0x40
    path.write_bytes(bytes(content))
    again = load(digits_cnn, tmp_path)
    assert all(torch.equal(getattr(again, name), getattr(fresh, name)) for name in ("pooled", "mu", "sigma"))
    told = capsys.readouterr().err
    assert told.startswith(f"ganbench: {path}: damaged (")
    assert told.endswith("); computed again\n")
    assert told.count("\n") == 1
    load(digits_cnn, tmp_path)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("change", ["shape", "nan"])
def test_a_reference_without_a_digest_must_make_sense(change, digits_cnn, tmp_path):
    fresh = load(digits_cnn, tmp_path)
    (path,) = (tmp_path / "cache").iterdir()
    tensors = load_file(path)
    tensors["mu"] = tensors["mu"][:-1].clone() if change == "shape" else tensors["mu"] * float("nan")
    save_file(tensors, path)
    assert torch.equal(load(digits_cnn, tmp_path).mu, fresh.mu)
