import pickle

from benchmark.errors import UserError


def test_what_it_says_is_one_line_whatever_a_file_is_called() -> None:
    error = UserError("a\nb\x1b[2J.png: no picture")
    assert str(error) == r"a\nb\x1b[2J.png: no picture"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # as it comes from a process
