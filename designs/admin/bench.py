"""Buttons on an admin page: each is one POST with one domain call, and its refusals are messages."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from pinshop.core.errors import PinshopError

# The domain call of a button: the row's id, the cleaned form, the request; it returns what to say, and which row to show.
Call = Callable[[UUID, forms.Form, HttpRequest], tuple[str, UUID]]


def press(
    admin: "ModelAdmin[Any]",
    request: HttpRequest,
    row_id: UUID,
    *,
    form: type[forms.Form],
    call: Call,
    permission: str,
) -> HttpResponse:
    """Run the call of a button for staff who hold `permission`, then go back to the page."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    shown = row_id
    filled = form(request.POST, request.FILES)
    if filled.is_valid():
        try:
            said, shown = call(row_id, filled, request)
            messages.success(request, said)
        except PinshopError as refusal:
            messages.error(request, refusal.message)
    else:
        for name, errors in filled.errors.items():
            messages.error(request, f"{name}: {' '.join(str(error) for error in errors)}")
    meta = admin.model._meta
    return redirect(f"admin:{meta.app_label}_{meta.model_name}_change", shown)
