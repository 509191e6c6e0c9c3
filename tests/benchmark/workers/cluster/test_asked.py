"""What `--workers` may be, and what is said of anything else."""

import pytest

from benchmark.errors import UserError
from benchmark.workers.cluster.asked import Cluster, read_workers


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        (3, 3),
        ("0", 0),
        (" 4096 ", 4096),
        ("ray", Cluster("auto", 1, None, 0, 0)),
        ("ray://head:10001", Cluster("ray://head:10001", 1, None, 0, 0)),
        ("ray://[::1]:10001?cpus=4", Cluster("ray://[::1]:10001", 4, None, 0, 0)),
        ("ray?cpus=2&gpus=0.25&memory=4GB&workers=64", Cluster("auto", 2, 0.25, 4 * 2**30, 64)),
        ("ray?gpus=0", Cluster("auto", 1, 0.0, 0, 0)),
        ("ray?gpus=2&memory=300", Cluster("auto", 1, 2.0, 300, 0)),
        ("ray?memory=512mb", Cluster("auto", 1, None, 512 * 2**20, 0)),
    ],
)
def test_what_is_asked_for_is_read(asked: str | int, read: int | Cluster) -> None:
    assert read_workers(asked) == read


@pytest.mark.parametrize(
    "asked",
    [
        *("-1", "4097", "1.5", "", "two", "Ray", "ray:", "ray://", "ray://head", "ray://head:0", "ray://head:x"),
        *("ray://head:99999", "ray://head:1/x", "ray#x", "http://head:1", "²", "10" * 2000),
    ],
)
def test_anything_else_is_one_line_with_what_is_allowed(asked: str) -> None:
    with pytest.raises(UserError, match="must be a number from 0 to 4096, ray, or ray://HOST:PORT") as error:
        read_workers(asked)
    assert str(error.value).startswith("--workers ")
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    "share",
    ["cpus=0", "cpus=1.5", "cpus=", "gpus=1.5", "gpus=-1", "gpus=nan", "gpus=inf", "memory=-1", "memory=4PB", "tpus=1"],
)
def test_a_share_that_ray_would_not_take_is_named(share: str) -> None:
    with pytest.raises(UserError, match=f"'{share}': must be a number"):
        read_workers(f"ray?{share}")
