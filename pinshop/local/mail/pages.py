from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from pinshop.local.mail import mailbox as mailboxes
from pinshop.local.mail.mailbox import Mailbox
from pinshop.local.store import Json
from pinshop.local.web import Urls

_VIEWS = ("html", "text", "headers", "source")
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# A mail may show pictures of this machine and its own styles, and open links in a new window: nothing else.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: http://127.0.0.1:* http://localhost:*; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def urls(mailbox: Mailbox) -> Urls:
    """The pages and the JSON API."""
    return (
        path("", partial(inbox, mailbox)),
        path("messages/<str:mail_id>", partial(message, mailbox)),
        path("messages/<str:mail_id>/html", partial(html, mailbox)),
        path("messages/<str:mail_id>/parts/<int:place>", partial(part, mailbox)),
        path("delete", require_POST(partial(delete, mailbox))),
        path("api/messages", partial(api_list, mailbox)),
        path("api/messages/<str:mail_id>", partial(api_detail, mailbox)),
        path("api/messages/<str:mail_id>/raw", partial(api_raw, mailbox)),
    )


def inbox(mailbox: Mailbox, request: HttpRequest) -> HttpResponse:
    """The list of mails."""
    return render(request, "inbox.html", _list_context(mailbox, request))


def message(mailbox: Mailbox, request: HttpRequest, mail_id: str) -> HttpResponse:
    """One mail beside the list: as HTML, text, headers or source."""
    entry = mailbox.find_entry(mail_id)
    context = _list_context(mailbox, request)
    if entry is None:
        return render(request, "inbox.html", {**context, "is_gone": True}, status=404)
    mail = mailbox.read(mail_id)
    has_html = bool(mailboxes.html_of(mail))
    view = request.GET.get("view", "")
    if view not in _VIEWS or (view == "html" and not has_html):
        view = "html" if has_html else "text"
    context.update(
        entry=_shown(entry),
        view=view,
        views=[each for each in _VIEWS if each != "html" or has_html],
        text=mailboxes.text_of(mail),
        headers=list(mail.items()),
        source=mailbox.read_raw(mail_id).decode("utf-8", "replace") if view == "source" else "",
        parts=list(mailboxes.iterate_parts(mail)),
    )
    return render(request, "message.html", context)


def html(mailbox: Mailbox, _request: HttpRequest, mail_id: str) -> HttpResponse:
    """The mail's HTML for the frame, in a sandbox where nothing can run."""
    if mailbox.find_entry(mail_id) is None:
        return HttpResponse("This mail was deleted.", status=404, content_type="text/plain")
    mail = mailbox.read(mail_id)
    body = mailboxes.html_of(mail)
    for each in mailboxes.iterate_parts(mail):
        if each.content_id:
            body = body.replace(f"cid:{each.content_id}", f"/messages/{mail_id}/parts/{each.place}")
    response = HttpResponse(f'<base target="_blank">{body}')
    response["Content-Security-Policy"] = _MAIL_POLICY
    return response


def part(mailbox: Mailbox, _request: HttpRequest, mail_id: str, place: int) -> HttpResponse:
    """An attachment to download, or a picture to show."""
    parts = mailboxes.iterate_parts(mailbox.read(mail_id)) if mailbox.find_entry(mail_id) else iter(())
    found = next((each for each in parts if each.place == place), None)
    if found is None:
        return HttpResponse("There is no such attachment.", status=404, content_type="text/plain")
    is_picture = found.content_type in _PICTURES
    response = HttpResponse(
        found.content, content_type=found.content_type if is_picture else "application/octet-stream"
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    filename = found.filename.replace("\\", "_").replace('"', "_").replace("\r", "").replace("\n", "")
    kind = "inline" if is_picture else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{filename}"'
    return response


def delete(mailbox: Mailbox, _request: HttpRequest) -> HttpResponse:
    """Throws every mail away."""
    mailbox.delete_all()
    return HttpResponseRedirect("/")


def api_list(mailbox: Mailbox, request: HttpRequest) -> HttpResponse:
    """`GET /api/messages?to=&subject=`, newest first; `DELETE /api/messages` throws all away."""
    if request.method == "DELETE":
        return JsonResponse({"deleted": mailbox.delete_all()})
    found = mailbox.list_entries(to=request.GET.get("to", ""), subject=request.GET.get("subject", ""))
    return JsonResponse({"messages": found})


def api_detail(mailbox: Mailbox, _request: HttpRequest, mail_id: str) -> HttpResponse:
    """`GET /api/messages/{id}`: bodies, headers, links and attachments."""
    entry = mailbox.find_entry(mail_id)
    if entry is None:
        return JsonResponse({"detail": "There is no such mail."}, status=404)
    mail = mailbox.read(mail_id)
    attachments = [
        {
            "filename": each.filename,
            "content_type": each.content_type,
            "bytes": len(each.content),
            "url": f"/messages/{mail_id}/parts/{each.place}",
        }
        for each in mailboxes.iterate_parts(mail)
    ]
    bodies = {"text": mailboxes.text_of(mail), "html": mailboxes.html_of(mail)}
    headers = [[name, str(value)] for name, value in mail.items()]
    links = mailboxes.links_of(mail)
    return JsonResponse({**entry, **bodies, "headers": headers, "links": links, "attachments": attachments})


def api_raw(mailbox: Mailbox, _request: HttpRequest, mail_id: str) -> HttpResponse:
    """`GET /api/messages/{id}/raw`: the .eml file."""
    if mailbox.find_entry(mail_id) is None:
        return JsonResponse({"detail": "There is no such mail."}, status=404)
    response = HttpResponse(mailbox.read_raw(mail_id), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="{mail_id}.eml"'
    return response


def _list_context(mailbox: Mailbox, request: HttpRequest) -> Json:
    words = request.GET.get("q", "").strip()
    entries = [_shown(entry) for entry in mailbox.list_entries(words=words)]
    return {"entries": entries, "words": words}


def _shown(entry: Json) -> Json:
    return {**entry, "at": parse_datetime(entry["received_at"])}
