"""The one error that a person causes and can mend."""


class UserError(Exception):
    """Bad input: one line that names the file or key, the value, and what is allowed.

    The command line prints it without a traceback and ends with exit code 2.
    """
