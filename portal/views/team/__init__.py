"""The pages of customer administrators: the people of their account, its details, and who is invited."""
