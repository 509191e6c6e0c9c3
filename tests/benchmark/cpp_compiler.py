"""Whether there is a C++ compiler, which some tests need."""

import pytest

from benchmark.training.programs.machine_code import CompilerError, compiler


def has_compiler() -> bool:
    """Whether this machine compiles C++."""
    try:
        compiler()
    except CompilerError:
        return False
    return True


needs_compiler = pytest.mark.skipif(not has_compiler(), reason="no C++ compiler on this machine")
