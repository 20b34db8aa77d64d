"""The agents' screens of tickets, by concept. Lists, details and forms are classes; verbs are small functions."""
