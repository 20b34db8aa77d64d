"""Settings for the test run: the product's own, with the demo's defaults and quick password hashes."""

import os

os.environ.setdefault("HELPDESK_DEMO", "true")

from helpdesk.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Each test client loads the middleware anew, and WhiteNoise would read every static file for it: a third of the time
# of a test that asks for pages. The live server hands out static files by itself.
WHITENOISE_USE_FINDERS = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - WhiteNoise warns when it is not there
