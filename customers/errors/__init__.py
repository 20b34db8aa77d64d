"""What the verbs on contacts and accounts refuse, each with a sentence that says what to do next."""
