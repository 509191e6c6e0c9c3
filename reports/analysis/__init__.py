"""What a study shows: leaderboard, best trials, sensitivity, importance, before and after a change."""
