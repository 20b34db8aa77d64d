"""What customer administrators do for their accounts: the team, invitations, requests to join."""
