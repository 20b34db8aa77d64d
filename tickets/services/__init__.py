"""The verbs of tickets. Screens, admin, mail and the help center call these; nobody else writes."""
