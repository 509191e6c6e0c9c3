"""Every test of the zoo starts from the same random state."""

import pytest
import torch


@pytest.fixture(autouse=True)
def _seeded() -> None:
    # Threads of a second core cost small networks more than they save, and several processes run these tests.
    torch.set_num_threads(1)
    torch.manual_seed(20240229)
