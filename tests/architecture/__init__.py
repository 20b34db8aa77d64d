"""What the house demands of every file, held here so that nobody has to remember it."""
