"""Template tags of the whole product: `ui` (marks, icons, times) and `words` (text).

Any template may load them; no Python module imports from here.
"""
