"""Settings for the test run: the product's own, with the demo's defaults and quick password hashes."""

import os
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("HELPDESK_DEMO", "true")

from helpdesk.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Each test client loads the middleware anew, and WhiteNoise would read every static file for it: a third of the time
# of a test that asks for pages. The live server hands out static files by itself.
WHITENOISE_USE_FINDERS = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - WhiteNoise warns when it is not there

# The browser tests ask for axe as a static file: a browser keeps what it has made of it, as of any script.
if (axe := find_spec("axe_playwright_python")) and axe.origin:
    STATICFILES_DIRS = [*STATICFILES_DIRS, ("axe", Path(axe.origin).parent)]  # type: ignore[list-item]  # noqa: F405

# What a test wrote need not outlive a power cut, and compiling a query of small tables takes longer than asking it.
if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405
    options = DATABASES["default"].setdefault("OPTIONS", {})  # noqa: F405
    options["options"] = f"{options.get('options', '')} -c synchronous_commit=off -c jit=off".strip()

# An entry that no app declares is an error.
HELPDESK_CHECKS_EVENTS = True
