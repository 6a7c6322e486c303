"""The page where a customer looks at a proof and says yes, or what should change."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import options as catalog_options
from catalog.spec import PinSpec
from designs.selectors import proofs
from designs.states import ProofState
from orders import terms
from orders.models import OrderLine
from orders.services import approvals
from orders.web import access
from orders.web.forms import ApproveForm, ChangesForm
from pinshop.accounts import owners
from pinshop.core import files
from pinshop.core.errors import Invalid, NotFound, PinshopError
from pinshop.core.money import Money


@require_safe
@access.answers_refusals
def show(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """The proof with its pictures, figures, findings and the statement to confirm."""
    return _page(request, access.get_line(request, order_id, line_id))


@require_POST
@access.answers_refusals
def approve(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """The formal yes to the proof that was shown."""
    line = access.get_line(request, order_id, line_id)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        raise Invalid("This page was not complete. Open the proof again.")
    try:
        approvals.approve(
            line_id=line.pk,
            proof_hash=form.cleaned_data["proof_hash"],
            shown_total=Money(form.cleaned_data["shown_total_minor"], line.order.currency),
            terms_accepted=form.cleaned_data["terms_accepted"],
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
    except PinshopError as refusal:
        return _page(request, line, refusal)
    messages.success(request, f"Thank you. {line.title} goes into production exactly as you approved it.")
    return redirect("orders:order", order_id=order_id)


@require_POST
@access.answers_refusals
def request_changes(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """What should change, perhaps at a spot of the picture."""
    line = access.get_line(request, order_id, line_id)
    form = ChangesForm(request.POST)
    if not form.is_valid():
        return _page(request, line, Invalid("Tell us what to change."), form)
    try:
        approvals.request_changes(
            line_id=line.pk,
            comment_id=form.cleaned_data["comment_id"],
            text=form.cleaned_data["text"],
            spot=form.spot(),
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
    except PinshopError as refusal:
        return _page(request, line, refusal, form)
    messages.success(request, "Thank you. We draw the next revision and write to you when it is ready.")
    return redirect("orders:order", order_id=order_id)


def _page(
    request: HttpRequest, line: OrderLine, refusal: PinshopError | None = None, changes: ChangesForm | None = None
) -> HttpResponseBase:
    if line.proof_id is None:
        raise NotFound("The proof is not ready yet.")
    proof = proofs.get_proof(proof_id=line.proof_id)
    if proof.state in {ProofState.RENDERING, ProofState.STAFF_CHECK, ProofState.FAILED}:
        raise NotFound("The proof is not ready yet.")
    package = proofs.get_package(proof_id=proof.pk)
    context = {
        "order": line.order,
        "line": line,
        "proof": proof,
        "package": package,
        "words": _words(package.spec),
        "pictures": _pictures(proof.files),
        "pdf": files.link(proof.pdf_sha256, name=f"proof-{line.order.number}-rev-{proof.revision:02d}.pdf"),
        "total": Money(line.total_minor, line.order.currency),
        "statement": terms.APPROVAL_STATEMENT,
        "may_approve": proof.state == ProofState.AWAITING_APPROVAL and not proofs.list_blocking(proof),
        "may_ask": proof.state == ProofState.AWAITING_APPROVAL,
        "approve_form": ApproveForm(initial={"proof_hash": proof.proof_hash, "shown_total_minor": line.total_minor}),
        "changes_form": changes or ChangesForm(),
        "comments": proof.comments.all(),
        "refusal": refusal,
    }
    return render(request, "orders/proof.html", context, status=refusal.status if refusal else 200)


def _words(spec: PinSpec) -> dict[str, str]:
    """The customer's words for what was chosen."""
    options = catalog_options.get_options()
    return {
        "process": options.process(spec.process).name,
        "plating": options.plating(spec.plating).name,
        "attachment": options.attachment(spec.attachment).name,
    }


def _pictures(found: dict[str, str]) -> dict[str, str]:
    views = ("front", "back", "card")
    return {view: files.link(found[view], name=f"{view}.png") for view in views if view in found}
