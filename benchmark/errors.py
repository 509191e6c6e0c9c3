"""The one error that a person causes and can mend."""

from benchmark.plain_text import one_line


class UserError(Exception):
    """Bad input: one line that names the file or key, the value, and what is allowed.

    The command line prints it without a traceback and ends with exit code 2.

    Args:
        message: What it says; control characters and ends of lines in it, as file names may have, are escaped.
    """

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))
