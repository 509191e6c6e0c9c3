import pytest

from benchmark.datasets.md5 import md5_problem

MD5 = {"abc.txt": "900150983cd24fb0d6963f7d28e17f72"}  # of "abc", RFC 1321, appendix A.5


def test_whole_file_has_no_problem(tmp_path):
    (tmp_path / "abc.txt").write_bytes(b"abc")
    assert md5_problem(tmp_path / "abc.txt", MD5) is None


@pytest.mark.parametrize("content", [b"", b"ab", b"abcd"])
def test_other_content_is_broken(tmp_path, content):
    (tmp_path / "abc.txt").write_bytes(content)
    assert md5_problem(tmp_path / "abc.txt", MD5) == f"is broken: its MD5 digest is not {MD5['abc.txt']}"


def test_missing_file(tmp_path):
    assert md5_problem(tmp_path / "abc.txt", MD5) == "is missing"
