"""Statistics as other programs write them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from benchmark.errors import UserError
from benchmark.metrics.comparison import RealFeatures
from benchmark.scoring.given_statistics import holds_statistics, read_statistics

FEATURES = np.random.RandomState(0).normal(size=(50, 6))
MU, SIGMA = FEATURES.mean(0), np.cov(FEATURES, rowvar=False)
CPU = torch.device("cpu")


def read(path: Path, features: int = 6) -> RealFeatures:
    return read_statistics(path, features, "pixels", CPU)


def write(path: Path, **arrays: object) -> Path:
    if path.suffix == ".safetensors":
        save_file({name: np.asarray(array) for name, array in arrays.items()}, path)
    else:
        np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_as_pytorch_fid_and_clean_fid_write_them(tmp_path: Path, suffix: str, dtype: type) -> None:
    path = write(tmp_path / f"stats.{suffix}", mu=MU.astype(dtype), sigma=SIGMA.astype(dtype))
    assert holds_statistics(path)
    found = read(path)
    np.testing.assert_array_equal(found.mu.numpy(), MU.astype(dtype))
    np.testing.assert_array_equal(found.sigma.numpy(), SIGMA.astype(dtype))
    assert (found.mu.dtype, found.pooled.shape) == (torch.float64, (0, 6))


def test_compressed_and_beside_images_as_guided_diffusion_has_them(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "ref.npz", arr_0=np.zeros((20, 8, 8, 3), np.uint8), mu=MU, sigma=SIGMA, mu_s=MU)
    assert holds_statistics(tmp_path / "ref.npz")
    np.testing.assert_array_equal(read(tmp_path / "ref.npz").mu.numpy(), MU)


def test_what_holds_none(tmp_path: Path) -> None:
    assert not holds_statistics(tmp_path)
    assert not holds_statistics(tmp_path / "absent.npz")
    assert not holds_statistics(write(tmp_path / "images.npz", images=np.zeros((2, 3, 3), np.uint8)))
    assert not holds_statistics(write(tmp_path / "half.npz", mu=MU))
    (tmp_path / "broken.npz").write_bytes(b"PK")
    assert not holds_statistics(tmp_path / "broken.npz")


@pytest.mark.parametrize(
    ("mu", "sigma", "message"),
    [
        (MU[:5], SIGMA[:5, :5], "stats.npz: 5 features, and extractor 'pixels' has 6; name the extractor that they"),
        (MU, SIGMA[:5], r"it holds mu float64\[6\] and sigma float64\[5, 6\]; they must be floats, \[D\] and \[D, D\]"),
        (MU[None], SIGMA, r"mu float64\[1, 6\] and"),
        (MU.astype(int), SIGMA, r"mu int64\[6\] and"),
        (MU * np.nan, SIGMA, "some of its statistics are no finite numbers"),
        (MU, SIGMA + np.arange(6), "sigma is no covariance: it must be symmetric"),
        (MU, -SIGMA, "sigma is no covariance: it must be symmetric, its diagonal 0 or more"),
        (np.array([{}] * 6, dtype=object), SIGMA, r"mu object\[6\] and"),
    ],
)
def test_statistics_that_are_refused(tmp_path: Path, mu: object, sigma: object, message: str) -> None:
    with pytest.raises(UserError, match=message) as refusal:
        read(write(tmp_path / "stats.npz", mu=mu, sigma=sigma))
    assert "\n" not in str(refusal.value)


def test_a_spoilt_file_is_named(tmp_path: Path) -> None:
    large = np.eye(200)
    content = bytearray(write(tmp_path / "stats.npz", mu=large[0], sigma=large).read_bytes())
    content[len(content) // 2] ^= 1  # a bit of a number: the checksum knows
    (tmp_path / "stats.npz").write_bytes(bytes(content))
    with pytest.raises(UserError, match=r"stats.npz: no statistics can be read from it \(Bad CRC-32"):
        read(tmp_path / "stats.npz", 200)
    with pytest.raises(UserError, match=r"half.npz: no statistics can be read from it; it must hold mu and sigma"):
        read(write(tmp_path / "half.npz", mu=MU))


def test_of_another_byte_order(tmp_path: Path) -> None:
    sigma = np.array([[2.0, 0.5], [0.5, 1.0]])
    np.savez(tmp_path / "a.npz", mu=np.array([1.0, 2.0], ">f8"), sigma=sigma.astype(">f4"))
    found = read_statistics(tmp_path / "a.npz", 2, "pixels", torch.device("cpu"))
    assert found.mu.tolist() == [1.0, 2.0]
    assert found.sigma.tolist() == sigma.tolist()


def test_a_symmetric_matrix_that_is_no_covariance(tmp_path: Path) -> None:
    """Its eigenvalues are 11 and -9."""
    np.savez(tmp_path / "a.npz", mu=np.zeros(2), sigma=np.array([[1.0, 10.0], [10.0, 1.0]]))
    with pytest.raises(UserError, match="sigma is no covariance: it has the eigenvalue -9, and none is below 0"):
        read_statistics(tmp_path / "a.npz", 2, "pixels", torch.device("cpu"))
