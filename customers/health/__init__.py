"""The state of the desk's data: what is found wrong with contacts and accounts, and its remedies."""
