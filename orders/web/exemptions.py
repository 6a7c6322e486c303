"""Exemption certificates of a person: handed in, and how they stand."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from orders.models import ExemptionCertificate
from orders.services import exemptions
from orders.services.exemptions import Place
from orders.web import access
from orders.web.forms.exemptions import ExemptionForm
from pinshop.accounts import acting, owners
from pinshop.accounts.enums import Scope
from pinshop.core.errors import PinshopError


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@access.answers_refusals
def show(request: HttpRequest) -> HttpResponseBase:
    """The person's certificates, and a form for another one."""
    owner = owners.of_request(request, to=Scope.ORDERS_WRITE if request.method == "POST" else None)
    form = ExemptionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            exemptions.hand_in(
                owner=owner,
                place=Place(form.cleaned_data["country"], form.cleaned_data["region"]),
                content=upload.read(),
                file_name=upload.name,
                now=timezone.now(),
            )
        except PinshopError as refusal:
            form.add_error("file", refusal.message)
        else:
            messages.success(request, gettext("Thank you. We look at it and write to you."))
            return redirect("orders:exemptions")
    context = {
        "form": form,
        "rows": ExemptionCertificate.objects.filter(owner.where()),
        "may_hand_in": Scope.ORDERS_WRITE in acting.rights_over(request, business_id=owner.business_id),
    }
    return render(request, "orders/exemptions.html", context, status=422 if form.errors else 200)
