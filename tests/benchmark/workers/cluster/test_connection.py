"""No cluster is one line, whatever Ray would wait for; test_ray_pool.py has one."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmark.errors import UserError
from benchmark.workers.cluster.connection import connected, gist

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: pip install 'ganbench[ray]'")


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("refused", "refused"),
        ("\n first \n\n second\n", "first"),
        ("Initialization failure from server:\nTraceback\n  x\nRuntimeError: why\n", None),
        ("", ""),
    ],
)
def test_of_what_ray_tells_one_line_is_told(told: str, line: str | None) -> None:
    assert gist(told) == ("Initialization failure from server: RuntimeError: why" if line is None else line)


@needs_ray
def test_no_cluster_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    with pytest.raises(UserError, match="--workers ray: no Ray cluster answers: there is none here"):
        connected("auto")


@needs_ray
@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1"])
def test_an_address_that_nobody_listens_at_is_one_line(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    asked = "auto" if "://" not in address else address
    with pytest.raises(UserError, match=f"no Ray cluster answers: {address}: Connection refused"):
        connected(asked)


@needs_ray
def test_the_note_of_a_cluster_that_was_killed_is_no_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    (tmp_path / "ray").mkdir()
    (tmp_path / "ray" / "ray_current_cluster").write_text("127.0.0.1:1", encoding="utf-8")
    with pytest.raises(UserError, match="--workers ray: no Ray cluster answers: there is none here"):
        connected("auto")
