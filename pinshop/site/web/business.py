"""A business in the account: its members and its API keys."""

import re
import secrets
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.payments.selectors import statements
from orders.payments.services import statements as statement_papers
from orders.selectors import credit
from orders.selectors import taxes as vat_rows
from orders.services import vat_numbers
from pinshop.accounts import selectors
from pinshop.accounts.enums import Role
from pinshop.accounts.models import Member
from pinshop.accounts.owners import actor_of_request
from pinshop.accounts.services import api_keys, businesses, invitations
from pinshop.core import idempotency, languages
from pinshop.site.web.forms import ApiKeyForm, BusinessDetailsForm, BusinessForm, InvitationForm
from pinshop.site.web.signed_in import person, signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The businesses of a person, and the form that opens another."""
    user = person(request)
    form = BusinessForm(request.POST if request.method == "POST" else None, initial={"billing_email": user.email})
    if form.is_valid():
        opened = businesses.open_business(
            **form.cleaned_data, user=user, actor=actor_of_request(request), now=timezone.now()
        )
        return redirect("business_detail", opened.pk)
    memberships = list(selectors.list_memberships(user=user))
    return render(request, "site/businesses.html", {"memberships": memberships, "form": form})


@signed_in
@require_http_methods(["GET", "HEAD"])
def detail(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Members and keys of one business."""
    return _show(request, selectors.get_membership(user=person(request), business_id=business_id))


@signed_in
@require_POST
def change(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Write the name, the address for invoices and the VAT number; a new number is looked up in its register."""
    member = selectors.get_ownership(user=person(request), business_id=business_id)
    form = BusinessDetailsForm(request.POST)
    if not form.is_valid():
        return _show(request, member, details_form=form, status=422)
    now = timezone.now()
    try:
        found = vat_numbers.check(text=form.cleaned_data["vat_number"], now=now)
    except vat_numbers.VatNumberInvalid as refusal:
        form.add_error("vat_number", refusal.message)
        return _show(request, member, details_form=form, status=422)
    details = {**form.cleaned_data, "vat_number": found.number if found else ""}
    businesses.change(business_id=business_id, **details, actor=actor_of_request(request), now=now)
    messages.success(request, _("It is saved."))
    return redirect("business_detail", business_id)


@signed_in
@require_safe
def statement(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """What was billed, credited, paid and given back in a month, and what is open; this month unless one is chosen."""
    business = selectors.get_membership(user=person(request), business_id=business_id).business
    months = statements.list_months(business_id=business_id, now=timezone.now())
    month = _month(request.GET["month"]) if "month" in request.GET else months[0]
    context = {
        "business": business,
        "month": month,
        "months": months,
        "accounts": statements.list_accounts(business_id=business_id, month=month),
    }
    return render(request, "site/statement.html", context)


@signed_in
@require_safe
def statement_pdf(request: HttpRequest, business_id: UUID, month: str) -> HttpResponse:
    """The same as PDF."""
    business = selectors.get_membership(user=person(request), business_id=business_id).business
    day = _month(month)
    response = HttpResponse(statement_papers.draw(business=business, month=day), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{statement_papers.name_of(day)}"'
    return response


def _month(text: str) -> date:
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    if found is None:
        raise Http404("A month is a year and a month, such as 2026-11.")
    return date(int(found[1]), int(found[2]), 1)


@signed_in
@require_POST
def create_key(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Make a key and show its secret this once; the same form sent again makes no second key."""
    member = selectors.get_ownership(user=person(request), business_id=business_id)
    form = ApiKeyForm(request.POST)
    if not form.is_valid():
        return _show(request, member, key_form=form, status=422)
    now = timezone.now()
    claim = idempotency.claim(
        scope=f"business:{business_id}", key=request.POST.get("once", ""), request="create_key", now=now
    )
    if claim.answer is not None:
        messages.info(
            request, gettext("This key was made already. Its secret was shown once; make another if it is lost.")
        )
        return redirect("business_detail", business_id)
    key, secret = api_keys.create(
        business=member.business, **form.cleaned_data, actor=actor_of_request(request), now=now
    )
    idempotency.complete(claim, status=201, answer=str(key.pk))
    return _show(request, member, secret=secret, status=201)


@signed_in
@require_POST
def revoke_key(request: HttpRequest, business_id: UUID, key_id: UUID) -> HttpResponse:
    """End a key of this business at once."""
    selectors.get_ownership(user=person(request), business_id=business_id)
    key = selectors.get_key(business_id=business_id, key_id=key_id)
    api_keys.revoke(key_id=key.pk, actor=actor_of_request(request), now=timezone.now())
    messages.success(request, gettext("The key “%(name)s” is revoked: it opens nothing any more.") % {"name": key.name})
    return redirect("business_detail", business_id)


@signed_in
@require_POST
def invite(request: HttpRequest, business_id: UUID) -> HttpResponse:
    """Mail somebody an invitation."""
    member = selectors.get_ownership(user=person(request), business_id=business_id)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _show(request, member, invitation_form=form, status=422)
    invitations.invite(
        business=member.business,
        **form.cleaned_data,
        actor=actor_of_request(request),
        now=timezone.now(),
        language=languages.of_request(request),
    )
    messages.success(
        request, gettext("An invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]}
    )
    return redirect("business_detail", business_id)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: a press of a button, so that no mail scanner joins anybody."""
    if request.method != "POST":
        return render(request, "site/join.html")
    business = invitations.accept(
        token=token, user=person(request), actor=actor_of_request(request), now=timezone.now()
    )
    messages.success(request, gettext("You now belong to %(name)s.") % {"name": business.name})
    return redirect("business_detail", business.pk)


@signed_in
@require_POST
def remove_member(request: HttpRequest, business_id: UUID, user_id: UUID) -> HttpResponse:
    """Take somebody out of the business."""
    selectors.get_ownership(user=person(request), business_id=business_id)
    try:
        invitations.remove(
            business_id=business_id, user_id=user_id, actor=actor_of_request(request), now=timezone.now()
        )
    except invitations.LastOwner as refusal:
        messages.error(request, refusal.message)
    return redirect("business_detail", business_id)


def _show(
    request: HttpRequest,
    member: Member,
    *,
    key_form: ApiKeyForm | None = None,
    invitation_form: InvitationForm | None = None,
    details_form: BusinessDetailsForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "business": member.business,
        "credit": credit.find_credit(business=member.business, today=timezone.localdate()),
        "vat_number": vat_rows.find_number(member.business.vat_number),
        "details_form": details_form or BusinessDetailsForm(initial=model_to_dict(member.business)),
        "is_owner": member.role == Role.OWNER,
        "members": selectors.list_members(business_id=member.business_id),
        "keys": selectors.list_keys(business_id=member.business_id),
        "key_form": key_form or ApiKeyForm(),
        "invitation_form": invitation_form or InvitationForm(),
        "secret": secret,
        "once": secrets.token_urlsafe(16),
    }
    return render(request, "site/business.html", context, status=status)
