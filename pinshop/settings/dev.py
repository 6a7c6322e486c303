"""A laptop: the addresses of what `make run` started are read from var/run/parts.env; nothing here may reach production."""

from pathlib import Path

from environs import Env

Env().read_env(Path(__file__).resolve().parents[2] / "var" / "run" / "parts.env", recurse=False)

from pinshop.core.logs import is_telling  # noqa: E402 - as below
from pinshop.settings.base import *  # noqa: E402, F403 - the base reads the environment, which had to be filled first
from pinshop.settings.base import CONTENT_SECURITY_POLICY, LOGGING, STORAGES, env  # noqa: E402 - as above

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", "a-laptop-is-no-place-for-secrets-and-this-is-none")
WORKSHOP_PAGES = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1", "localhost"]
# The sandbox's payment page stands on another port of this machine, and a form that leads there is redirected to it.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += ["http://127.0.0.1:*", "http://localhost:*"]

# The terminal of `make run` shows what happens in the shop, not the machinery that turns.
LOGGING["filters"] = {"telling": {"()": "django.utils.log.CallbackFilter", "callback": is_telling}}
LOGGING["handlers"]["console"]["filters"] = ["telling"]
for _logger in ("celery", "django_structlog.celery", "django.request"):
    LOGGING["loggers"][_logger] = {"level": "WARNING"}
