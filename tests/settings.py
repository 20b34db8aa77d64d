"""Settings for the test run: the product's own, with the demo's defaults and quick password hashes."""

import os

os.environ.setdefault("HELPDESK_DEMO", "true")

from helpdesk.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - whitenoise warns when it is not there
