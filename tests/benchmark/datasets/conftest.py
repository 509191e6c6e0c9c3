import struct

import numpy as np
import pytest


def idx_bytes(values: np.ndarray) -> bytes:
    return struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.astype(np.uint8).tobytes()


@pytest.fixture
def idx_values() -> dict[str, np.ndarray]:
    """Random content by the file names of MNIST: 12 train and 5 test images."""
    rng = np.random.RandomState(0)
    return {
        "train-images-idx3-ubyte": rng.randint(0, 256, (12, 28, 28)),
        "train-labels-idx1-ubyte": rng.randint(0, 10, 12),
        "t10k-images-idx3-ubyte": rng.randint(0, 256, (5, 28, 28)),
        "t10k-labels-idx1-ubyte": rng.randint(0, 10, 5),
    }


@pytest.fixture
def idx_files(idx_values) -> dict[str, bytes]:
    """The same content as files of the idx format."""
    return {name: idx_bytes(values) for name, values in idx_values.items()}
