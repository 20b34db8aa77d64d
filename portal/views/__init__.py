"""The screens of the help center, one module a concept."""
