"""What `check --deploy` and /readyz say of settings that do not fit a desk on a network."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as product
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings

from helpdesk.core.checks import advice, settings_are_fit
from helpdesk.core.database.shared_cache import cache_table_is_missing, prune_cache

FIT = {
    "LOCAL": False,
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}},
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "HELPDESK_PUBLIC_URL": "https://desk.example.com",
    "ALLOWED_HOSTS": ["desk.example.com"],
    "BEHIND_TLS_PROXY": True,
    "HELPDESK_PROXIES": 1,
}


def found(**changed: object) -> list[str]:
    with override_settings(**(FIT | changed)):
        return [message.id for message in settings_are_fit()]


def test_a_desk_that_is_set_up_as_the_readme_says_is_fit() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("CACHES", {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, "core.W001"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "core.W002"),
        ("HELPDESK_PUBLIC_URL", "http://desk.example.com", "core.W003"),
        ("HELPDESK_PUBLIC_URL", "https://desk.example.org", "core.W004"),
        ("ALLOWED_HOSTS", ["*"], "core.W005"),
        ("HELPDESK_PROXIES", 0, "core.W006"),
        ("BEHIND_TLS_PROXY", False, "core.W007"),
    ],
)
def test_each_setting_that_does_not_fit_is_named(setting: str, value: object, code: str) -> None:
    assert found(**{setting: value}) == [code]


@pytest.mark.parametrize("host", ["desk.example.com", ".example.com", "DESK.example.com"])
def test_a_host_is_allowed_as_django_allows_it(host: str) -> None:
    assert found(ALLOWED_HOSTS=[host.lower()], HELPDESK_PUBLIC_URL="https://Desk.Example.com:8443") == []


def test_a_demo_gets_no_advice(settings) -> None:
    assert settings.LOCAL
    assert advice() == []


@pytest.mark.django_db
def test_readyz_gives_the_advice_and_stays_ready(client: Client) -> None:
    with override_settings(LOCAL=False, HELPDESK_PUBLIC_URL="http://desk.example.com"):
        body = client.get("/readyz").json()
    assert body["settings"]
    assert any("HELPDESK_PUBLIC_URL" in sentence for sentence in body["advice"])
    assert any("SECURE_HSTS_SECONDS" in sentence for sentence in body["advice"])


# --- The cache of a desk that is no demo ----------------------------------------------------
IN_TABLE = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_of_tests"}
}


@pytest.mark.django_db
def test_the_cache_has_its_table_after_migrate() -> None:
    with override_settings(CACHES=IN_TABLE):
        assert cache_table_is_missing()
        call_command("migrate", verbosity=0)
        assert not cache_table_is_missing()
        caches["default"].set("kept", 1, timeout=60)
        caches["default"].set("over", 1, timeout=0.001)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cache_of_tests SET expires = '2020-01-01' WHERE cache_key LIKE '%over'")
        prune_cache()
        with connection.cursor() as cursor:
            cursor.execute("SELECT cache_key FROM cache_of_tests WHERE cache_key LIKE '%over'")
            assert cursor.fetchall() == []
        assert caches["default"].get("kept") == 1


def settings_of(**environment: str) -> str:
    """What the product's settings say in this environment: four values, or the sentence that stops the process."""
    asks = (
        "from helpdesk import settings as s; print(s.CACHE['BACKEND'].split('.')[-1], s.HELPDESK_PROXIES, "
        "s.HELPDESK_SECOND_FACTOR_ROLES, getattr(s, 'SECURE_HSTS_PRELOAD', None))"
    )
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    done = subprocess.run(
        [sys.executable, "-c", asks],
        cwd=product.BASE_DIR,
        env=kept | environment,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


IN_PRODUCTION = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "desk.example.com"}


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"HELPDESK_DEMO": "true"}, "LocMemCache 0 [] None"),
        (IN_PRODUCTION, "DatabaseCache 1 ['administrator'] False"),
        (IN_PRODUCTION | {"BEHIND_TLS_PROXY": "false"}, "DatabaseCache 0 ['administrator'] False"),
        (
            IN_PRODUCTION | {"HELPDESK_SECOND_FACTOR_ROLES": " manager, administrator "},
            "DatabaseCache 1 ['manager', 'administrator'] False",
        ),
        (IN_PRODUCTION | {"HELPDESK_SECOND_FACTOR_ROLES": ""}, "DatabaseCache 1 [] False"),
        (
            IN_PRODUCTION | {"HELPDESK_PROXIES": "2", "SECURE_HSTS_PRELOAD": "true"},
            "DatabaseCache 2 ['administrator'] True",
        ),
    ],
)
def test_defaults_of_the_demo_and_of_a_real_desk(environment: dict[str, str], told: str) -> None:
    assert settings_of(**environment) == told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HELPDESK_PROXIES", "6"),
        ("HELPDESK_PROXIES", "many"),
        ("HELPDESK_SECOND_FACTOR_ROLES", "boss"),
        ("HELPDESK_SECOND_FACTOR_GRACE_DAYS", "-1"),
    ],
)
def test_a_bad_value_stops_the_process_with_a_sentence(name: str, value: str) -> None:
    said = settings_of(**(IN_PRODUCTION | {name: value}))
    assert said.startswith("django.core.exceptions.ImproperlyConfigured")
    assert name in said
