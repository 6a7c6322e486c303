"""Uploading artwork, for everybody."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from catalog.selectors import options as catalog_options
from catalog.spec import PinSpec
from designs import rights
from designs.models import Design
from designs.selectors import samples
from designs.services import uploads
from designs.web import pages
from designs.web.access import answers_refusals, get_design
from designs.web.forms import ACCEPTED, ReplaceForm, UploadForm
from pinshop.accounts import owners
from pinshop.accounts.enums import Scope
from pinshop.core import idempotency
from pinshop.core.errors import PinshopError

FIRST_SIZE_MM = 31.75  # 1.25 in, the usual first choice


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def upload(request: HttpRequest) -> HttpResponseBase:
    """Choose or drop a file, or take a sample; then on to the design's page."""
    if request.method != "POST":
        return _page(request, UploadForm(), status=200)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        design_id = _once(request, form)
    except PinshopError as refusal:
        _show(form, refusal)
        return _page(request, form, status=refusal.status)
    return redirect("designs:detail", design_id=design_id)


@require_POST
@answers_refusals
def replace(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """Put another file into a design; its choices stay."""
    design = get_design(request, design_id, to=Scope.DESIGNS_WRITE)
    form = ReplaceForm(request.POST, request.FILES)
    if not form.is_valid():
        return pages.page(request, design_id, upload_form=form, status=422)
    content, filename = _content(form)
    try:
        uploads.replace(
            design_id=design_id,
            owner=design.owner(),
            version=form.cleaned_data["version"],
            content=content,
            filename=filename,
            rights_accepted=form.cleaned_data["rights"],
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
    except PinshopError as refusal:
        if refusal.status not in {409, 422}:
            raise
        _show(form, refusal)
        return pages.page(request, design_id, upload_form=form, status=refusal.status)
    return redirect("designs:detail", design_id=design_id)


def _once(request: HttpRequest, form: UploadForm) -> str:
    """The design of this form: sent twice, it is made once."""
    now, owner = timezone.now(), owners.of_request(request, to=Scope.DESIGNS_WRITE)
    content, filename = _content(form)
    accepted = form.cleaned_data["rights"]
    claimed = idempotency.claim(
        scope=f"upload:{owner.user_id or owner.business_id or owner.guest_key}",
        key=str(form.cleaned_data["key"]),
        request=idempotency.fingerprint(content, filename.encode(), str(accepted).encode()),
        now=now,
    )
    if claimed.answer is not None:
        return str(claimed.answer[1]["design_id"])
    try:
        design: Design = uploads.receive(
            content=content,
            filename=filename,
            owner=owner,
            rights_accepted=accepted,
            spec=first_spec(),
            actor=owners.actor_of_request(request),
            now=now,
        )
    except PinshopError:
        idempotency.release(claimed)
        raise
    idempotency.complete(claimed, status=302, answer={"design_id": str(design.id)})
    return str(design.id)


def first_spec() -> PinSpec:
    """What a new design starts as: the shop's first options at 1.25 inches."""
    options = catalog_options.get_options()
    tier = options.size_for(FIRST_SIZE_MM)
    return PinSpec(
        process=options.processes[0].code,
        plating=options.platings[0].code,
        size_mm=FIRST_SIZE_MM,
        thickness_mm=tier.thickness_mm if tier else 1.2,
        attachment=options.attachments[0].code,
        packaging=options.packagings[0].code,
    )


def _content(form: UploadForm) -> tuple[bytes, str]:
    upload = form.cleaned_data["artwork"]
    if upload is not None:
        return upload.read(), upload.name or ""
    sample = samples.get_sample(file=form.cleaned_data["sample"])
    return sample.read(), f"{sample.title}.svg"


def _show(form: UploadForm, refusal: PinshopError) -> None:
    """Write a refusal beside its field; the rest of the form stays as it was."""
    known = {name: text for name, text in refusal.fields.items() if name in {"artwork", "rights"}}
    for name, text in known.items():
        form.add_error(name, text)
    if not known:
        form.add_error(None, refusal.message)


def _page(request: HttpRequest, form: UploadForm, *, status: int) -> HttpResponseBase:
    context: dict[str, Any] = {
        "form": form,
        "key": uuid4(),
        "samples": samples.list_samples(),
        "accepted": ACCEPTED,
        "rights_text": gettext(rights.TEXT),
    }
    return render(request, "designs/upload.html", context, status=status)
