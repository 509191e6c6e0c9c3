"""The final race: who is out, who gets more seeds; pure functions of scores."""
