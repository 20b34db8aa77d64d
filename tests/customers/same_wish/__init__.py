"""One wish by every door: the same rows and the same history."""
