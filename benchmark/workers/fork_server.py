"""The process that workers are forked from: the first module that it imports, so that it ends with its parent.

It would end by itself once it listens for orders, but imports for many seconds before it does.
"""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # of Linux; elsewhere it ends when its imports are done


def end_with_parent() -> bool:
    """Have the kernel end this process when its parent ends; False where the kernel cannot."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM) == 0)


# What `multiprocessing` starts it as; whoever else imports this module keeps its life. Ctrl-C is for the parent: the
# server ignores it as well, but only after its imports.
if any("multiprocessing.forkserver" in word for word in sys.orig_argv):
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # whoever started it had blocked it
