"""Foreign files: their kind, encoding, sheets, heading and rows of text."""
