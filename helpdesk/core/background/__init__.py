"""Workers, the clock and batches of work; whether they are healthy."""
