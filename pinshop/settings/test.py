"""Tests: real PostgreSQL and Valkey (started by tests/plugins/servers.py), quick password hashes, files in a temporary folder."""

import os
import tempfile
from pathlib import Path

# Each worker of pytest-xdist has a Valkey database of its own, as pytest-django gives it one of PostgreSQL.
if "REDIS_URL" in os.environ and not os.environ.get("PINSHOP_REDIS_FIXED"):
    os.environ["REDIS_URL"] = "{}/{}".format(
        os.environ["REDIS_URL"].rpartition("/")[0], os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    )

from pinshop.settings.base import *  # noqa: F403 - a settings module extends the base by its names
from pinshop.settings.base import CONTENT_SECURITY_POLICY, STORAGES, VAR_DIR

DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105 - tests need no secret
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
(VAR_DIR / "test").mkdir(parents=True, exist_ok=True)
FILES_ROOT = Path(os.environ.get("FILES_ROOT") or tempfile.mkdtemp(prefix="files-", dir=VAR_DIR / "test"))
STORAGES["default"]["OPTIONS"] = {"location": FILES_ROOT}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
KEPT_PAGE_SECONDS = 0  # a test sees what it has just changed; tests/catalog/web/test_keeping.py keeps pages
OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
EMAIL_BACKEND = (
    "django.core.mail.backends.locmem.EmailBackend"
    if "EMAIL_PORT" not in os.environ
    else "django.core.mail.backends.smtp.EmailBackend"
)
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += ["http://127.0.0.1:*", "http://localhost:*"]
