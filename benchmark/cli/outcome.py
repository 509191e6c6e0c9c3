"""How a command ends: whose fault it was, told in one line, and the exit code."""

import errno
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import typer
from pydantic import ValidationError

from benchmark.addresses import redacted
from benchmark.errors import UserError
from benchmark.interrupts import EXIT_CODE
from benchmark.paths import Paths
from benchmark.plain_text import one_line, shown
from benchmark.tracebacks import slip_of, with_place, write_log
from ganzoo.entry_points import PluginError

OURS, YOURS = 1, 2
# What a machine says of its files and its space; whoever sits at it can mend it.
OF_THE_MACHINE = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO),
    *(errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EMFILE, errno.ENFILE),
}


def outcome(command: Callable[[], int]) -> int:
    """Run a command, and tell what went wrong in one line.

    Args:
        command: Gives its exit code.

    Returns:
        Its exit code; 2 for what a person can mend, 1 for a fault of this program, whose traceback is in a file that
        the line names, 130 for Ctrl-C.
    """
    try:
        return command()
    except (UserError, PluginError) as error:
        return _told(str(error), YOURS)
    except typer.TyperException as error:  # a word of the command line that is not allowed
        return _told(_refusal(error), YOURS) if error.format_message() else YOURS
    except KeyboardInterrupt:
        return _told("interrupted", EXIT_CODE)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
            place = "" if error.filename is None else f"{error.filename}: "  # a full disk is met without its name
            return _told(f"{place}{error.strerror}", YOURS)
        if slip := slip_of(error):
            return _told(slip, YOURS)
        return _told(_bug(error), OURS)


def _refusal(error: typer.TyperException) -> str:
    """Typer's message, and the value, which it leaves out."""
    cause, message = error.__cause__, error.format_message()
    if not isinstance(cause, ValidationError):
        return message
    value, (hint, colon, problem) = shown(cause.errors()[0]["input"]), message.partition(": ")
    return f"{hint} = {value}{colon}{problem}"


def _told(line: str, code: int) -> int:
    print(f"ganbench: {redacted(one_line(line))}", file=sys.stderr)
    return code


def _bug(error: Exception) -> str:
    """What is said of a fault of this program or of somebody's part, whose traceback is kept."""
    told = f"this should not have happened: {type(error).__name__}: {shown(str(error))}"
    text = redacted("".join(traceback.format_exception(error)))
    for folder in (_logs, tempfile.gettempdir):
        try:
            log = write_log(text, Path(folder()))
        except OSError:
            continue
        return with_place(f"{told}; the traceback is in {log}", error)
    return with_place(f"{told}; its traceback could not be written", error)


def _logs() -> Path:
    return Paths.here().errors
