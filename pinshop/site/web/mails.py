"""Every mail with sample data, page and text beside each other: for who designs them, on a laptop only."""

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from pinshop.core import languages, mail
from pinshop.site import mail_samples
from pinshop.site.mail_samples import Sample

# Mails carry their styles inline, and this page shows them in a frame of its own.
_MAIL_POLICY = {"style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All of them, each with its subject in the chosen language."""
    samples = [sample for name in mail_samples.list_names() for sample in mail_samples.list_samples(name)]
    rows = [{"sample": sample, "subject": _write(sample, request).subject} for sample in samples]
    return render(request, "site/mails.html", {"rows": rows, **_languages(request)})


@require_safe
@csp_replace({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # django-csp types views without parameters
def show(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One of them: the page at a phone's and a desk's width, and the text."""
    sample = _find(name, number)
    context = {"sample": sample, "written": _write(sample, request), **_languages(request)}
    return render(request, "site/mail.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(_MAIL_POLICY)  # type: ignore[arg-type]  # as above
def page(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The page itself, as a mail program gets it."""
    return HttpResponse(_write(_find(name, number), request).html)


def _find(name: str, number: int) -> Sample:
    if name in mail_samples.list_names():
        for sample in mail_samples.list_samples(name):
            if sample.number == number:
                return sample
    raise Http404


def _write(sample: Sample, request: HttpRequest) -> mail.Written:
    return mail.render(name=sample.name, context=sample.context, language=_language(request))


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", languages.DEFAULT)
    if asked not in dict(languages.LANGUAGES):
        raise Http404
    return asked


def _languages(request: HttpRequest) -> dict[str, object]:
    """The languages to choose from, and what keeps the chosen one in the addresses of these pages."""
    chosen = _language(request)
    query = "" if chosen == languages.DEFAULT else f"?language={chosen}"
    return {"languages": languages.LANGUAGES, "chosen": chosen, "query": query}
