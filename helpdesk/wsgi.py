"""The entry point for gunicorn: `gunicorn helpdesk.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
os.environ["HELPDESK_ROLE"] = "web"  # pages get a time limit at the database; workers and commands have none
application = get_wsgi_application()
