"""A person's own pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pinshop.accounts import selectors
from pinshop.accounts.owners import actor_of_request
from pinshop.accounts.services import people
from pinshop.site.web.forms import NameForm
from pinshop.site.web.signed_in import person, signed_in


@signed_in
@require_http_methods(["GET", "HEAD"])
def home(request: HttpRequest) -> HttpResponse:
    """Orders, designs and businesses of the person who is signed in."""
    user = person(request)
    return render(request, "site/account.html", {"memberships": selectors.list_memberships(user=user)})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The person's name, and the ways to the pages of sign-in."""
    user = person(request)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": user.name})
    if form.is_valid():
        people.rename(
            user_id=user.pk, name=form.cleaned_data["name"], actor=actor_of_request(request), now=timezone.now()
        )
        messages.success(request, "Your name is saved.")
        return redirect("account_profile")
    return render(request, "site/profile.html", {"form": form})
