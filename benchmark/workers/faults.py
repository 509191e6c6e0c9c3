"""Whose fault it was that a run ended: the method's, or what surrounded it. Imports no torch."""

import errno
import os
import re
from collections.abc import Iterator
from typing import Literal

from benchmark.errors import UserError

# "code": an exception of the method's, a plug-in's or our own code, which the same run would raise again.
# "environment": something around it, such as a file that cannot be read or workers that were killed.
# "memory": too little of it, of the device or the host; fewer members at once may fit.
# "storage": nothing can be written any more, by no run of the study.
Fault = Literal["code", "environment", "memory", "storage"]
NOTHING_CAN_BE_WRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
# Libraries in other languages tell the number in their words, as in "I/O error: File too large (os error 27)".
_NUMBER = re.compile(r"(?:os error |\[Errno )(\d+)")
_NO_MEMORY = re.compile(r"can't allocate memory|not enough memory|out of memory|Cannot allocate memory", re.IGNORECASE)


def fault_of(error: BaseException) -> Fault:
    """Whose fault an exception was, by itself and by what it came from."""
    for each in _chain(error):
        number = error_number(each)
        if number in NOTHING_CAN_BE_WRITTEN:
            return "storage"
        if number == errno.ENOMEM or isinstance(each, MemoryError) or _tells_of_memory(each):
            return "memory"
        if number is not None or isinstance(each, OSError | EOFError | UserError):
            return "environment"
    return "code"


def error_number(error: BaseException) -> int | None:
    """The operating system's number of an error, or None if it has none."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    found = _NUMBER.search(str(error))
    return int(found[1]) if found else None


def one_line(error: BaseException) -> str:
    """What a person is told of an error; one that says what a person can mend needs no name of its kind."""
    kind = "" if isinstance(error, UserError) else f"{type(error).__name__}: "
    text = f"{kind}{error}".splitlines()[0]
    number = error_number(error)
    return f"{text} ({os.strerror(number)})" if number and os.strerror(number) not in text else text


def breaks_the_device(error: BaseException) -> bool:
    """Whether a process can do nothing more on its GPU after an error: only a fresh one can."""
    return isinstance(error, RuntimeError) and str(error).startswith("CUDA error")


def _tells_of_memory(error: BaseException) -> bool:
    return type(error).__name__ == "OutOfMemoryError" or (
        isinstance(error, RuntimeError) and bool(_NO_MEMORY.search(str(error)))
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, what it was raised from, and what was being handled then."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
