"""The variants that charts name and colour; the others are there to compare with, and grey."""

import pandas as pd

MOST = 6


def first_few(board: pd.DataFrame) -> list[str]:
    """Those that are left in the race, at most `MOST`, best first; before anybody is, the first ones with a score.

    Args:
        board: The `reports.analysis.leaderboard.leaderboard`.
    """
    left, scored = board["verdict"] == "contender", board["seeds"] > 0
    names = board.loc[left if left.any() else scored if scored.any() else board["trials"] > 0, "variant"]
    return [str(name) for name in names[:MOST]]
