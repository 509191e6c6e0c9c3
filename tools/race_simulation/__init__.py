"""What the race promises, simulated: thousands of races at once, as arrays."""
