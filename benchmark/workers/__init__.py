"""Who trains: the pool, what it is asked for, and a trial from its first step to its record."""
