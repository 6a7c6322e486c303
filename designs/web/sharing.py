"""A design shown to others by a link; copies of designs."""

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import options as catalog_options
from catalog.spec import PinSpec
from designs import rights
from designs.models import Design
from designs.selectors import designs
from designs.services import shares
from designs.web import shown, specs
from designs.web.access import answers_refusals, get_design
from designs.web.forms import CopyForm
from pinshop.accounts import owners
from pinshop.accounts.enums import Scope
from pinshop.accounts.owners import Owner
from pinshop.core import idempotency
from pinshop.core.errors import Invalid, PinshopError


@require_POST
@answers_refusals
def share(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """Make the link, or with `revoke` close it for good."""
    owner = get_design(request, design_id, to=Scope.DESIGNS_WRITE).owner()
    actor, now = owners.actor_of_request(request), timezone.now()
    if "revoke" in request.POST:
        shares.revoke(design_id=design_id, owner=owner, actor=actor, now=now)
        messages.success(request, _("The link is closed. Nobody can open it any more."))
    else:
        shares.open_link(design_id=design_id, owner=owner, actor=actor, now=now)
        messages.success(request, _("Whoever has the link can look at this design now, and take a copy."))
    return redirect("designs:detail", design_id=design_id)


@require_POST
@answers_refusals
def duplicate(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """A second design like this one; the same press twice makes one."""
    form = CopyForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Press the button on the design's page once more."))
    owner, now = get_design(request, design_id, to=Scope.DESIGNS_WRITE).owner(), timezone.now()
    design_id = _once(
        owner,
        form,
        scope=f"duplicate:{design_id}",
        make=lambda: shares.duplicate(
            design_id=design_id, owner=owner, actor=owners.actor_of_request(request), now=now
        ),
    )
    messages.success(request, _("This is the copy; the first design is as it was."))
    return redirect("designs:detail", design_id=design_id)


@require_safe
@answers_refusals
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """A design as others see it: pictures, measures and choices, and a copy for the asking. Never the upload."""
    return _shared(request, token, status=200)


@require_POST
@answers_refusals
def copy(request: HttpRequest, token: str) -> HttpResponseBase:
    """A copy for the visitor."""
    form = CopyForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Press the button on the page of the link once more."))
    owner, now = owners.of_request(request, to=Scope.DESIGNS_WRITE), timezone.now()
    try:
        design_id = _once(
            owner,
            form,
            scope=f"copy:{token}",
            make=lambda: shares.copy_shared(
                token=token,
                owner=owner,
                rights_accepted=form.cleaned_data["rights"],
                actor=owners.actor_of_request(request),
                now=now,
            ),
        )
    except PinshopError as refusal:
        if refusal.status != 422:
            raise
        return _shared(request, token, status=refusal.status, refusal=refusal)
    return redirect("designs:detail", design_id=design_id)


def _once(owner: Owner, form: CopyForm, *, scope: str, make: Callable[[], Design]) -> UUID:
    claimed = idempotency.claim(
        scope=f"{scope}:{owner.user_id or owner.business_id or owner.guest_key}"[:100],
        key=str(form.cleaned_data["key"]),
        request=idempotency.fingerprint(scope.encode()),
        now=timezone.now(),
    )
    if claimed.answer is not None:
        return UUID(claimed.answer[1]["design_id"])
    try:
        design = make()
    except PinshopError:
        idempotency.release(claimed)
        raise
    idempotency.complete(claimed, status=302, answer={"design_id": str(design.id)})
    return design.id


def _shared(request: HttpRequest, token: str, *, status: int, refusal: PinshopError | None = None) -> HttpResponseBase:
    design = shares.find_shared(token=token)
    measures = designs.measures_of(design)
    context = {
        "design": design,
        "token": token,
        "pictures": [each for each in shown.list_pictures(design) if each.view != "artwork"],
        "measures": measures,
        "rows": specs.list_rows(PinSpec.from_json(design.spec), measures, catalog_options.get_options()),
        "refusal": refusal,
        "rights_text": rights.TEXT,
        "key": uuid4(),
    }
    response = render(request, "designs/shared.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
