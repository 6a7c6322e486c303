"""Which of the languages that our mails speak (MAIL_LANGUAGES) somebody reads. Pages are English for everybody."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES = [(str(code), str(name)) for code, name in settings.MAIL_LANGUAGES]
DEFAULT = str(settings.LANGUAGE_CODE)


def of_request(request: HttpRequest | None) -> str:
    """The first language that a browser asks for and our mails speak, of any country; else the default."""
    asked = request.headers.get("Accept-Language", "") if request else ""
    spoken = {code for code, _ in LANGUAGES}
    codes = (language.partition("-")[0] for language, _ in parse_accept_lang_header(asked.lower()))
    return next((code for code in codes if code in spoken), DEFAULT)
