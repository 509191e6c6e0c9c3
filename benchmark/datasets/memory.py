"""Memory is asked for before it is taken."""

import psutil

from benchmark.errors import UserError

# Of images that are made, decoded or moved as one piece: what each of many threads may hold.
PIECE = 2**23
LARGEST_TOLD = 2**80  # of sizes that a person is told; a header may claim any


def ask_for_memory(size: int, what: str) -> None:
    """Refuse what this machine has no room for.

    Args:
        size: Bytes that are about to be taken.
        what: What for; the message begins with it.

    Raises:
        UserError: if fewer bytes are free.
    """
    free = psutil.virtual_memory().available
    if size > free:
        needed = min(size, LARGEST_TOLD) / 2**30
        raise UserError(f"{what}: take {needed:,.1f} GB of memory, and {free / 2**30:,.1f} GB are free")


def images_a_piece(image: int, most: int) -> int:
    """How many images of `image` bytes make a piece, one at least and `most` at most."""
    return max(1, min(most, PIECE // max(image, 1)))
