"""The page where a customer looks at a proof and says yes, mends it, or says what should change."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import options as catalog_options
from catalog.spec import PinSpec
from designs.models import Proof
from designs.report import BLOCK
from designs.selectors import proofs
from designs.states import ProofState
from designs.web import shown
from orders import terms
from orders.models import OrderLine
from orders.selectors import waiting
from orders.services import amendments, approvals
from orders.web import access
from orders.web.forms.proofs import ApproveForm, ChangesForm, MendForm, ProcessForm, SeenProofForm
from pinshop.accounts import acting, owners
from pinshop.accounts.enums import Scope
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
    line = access.get_line(request, order_id, line_id, to=Scope.PROOFS_APPROVE)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        raise Invalid(gettext("This page was not complete. Open the proof again."))
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
    begins = "goes into production" if line.order.is_owed else "is made, as soon as the order is paid,"
    messages.success(
        request,
        gettext("Thank you. %(title)s %(begins)s exactly as you approved it.")
        % {"title": line.title, "begins": begins},
    )
    return redirect("orders:order", order_id=order_id)


@require_POST
@access.answers_refusals
def request_changes(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """What should change, perhaps at a spot of the picture."""
    line = access.get_line(request, order_id, line_id, to=Scope.PROOFS_APPROVE)
    form = ChangesForm(request.POST)
    if not form.is_valid():
        return _page(request, line, Invalid(gettext("Tell us what to change.")), form)
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
    messages.success(request, gettext("Thank you. We draw the next revision and write to you when it is ready."))
    return redirect("orders:order", order_id=order_id)


@require_POST
@access.answers_refusals
def mend(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """Take a mend that the proof offers."""
    return _amend(
        request,
        access.get_line(request, order_id, line_id, to=Scope.PROOFS_APPROVE),
        MendForm(request.POST),
        amendments.mend,
    )


@require_POST
@access.answers_refusals
def change_process(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """Have it made by another process."""
    line = access.get_line(request, order_id, line_id, to=Scope.PROOFS_APPROVE)
    return _amend(request, line, ProcessForm(request.POST), amendments.change_process)


def _amend(request: HttpRequest, line: OrderLine, form: SeenProofForm, call: Callable[..., Proof]) -> HttpResponseBase:
    try:
        if not form.is_valid():
            raise Invalid(
                gettext("Choose one of the changes that are offered. Open the proof again if there are none.")
            )
        revision = call(
            line_id=line.pk, actor=owners.actor_of_request(request), now=timezone.now(), **form.cleaned_data
        )
    except PinshopError as refusal:
        return _page(request, line, refusal)
    messages.success(
        request,
        gettext("Thank you. Revision %(revision)s is being drawn; we check it and write to you when it is ready.")
        % {"revision": revision.revision},
    )
    return redirect("orders:order", order_id=line.order_id)


def _page(
    request: HttpRequest, line: OrderLine, refusal: PinshopError | None = None, changes: ChangesForm | None = None
) -> HttpResponseBase:
    if refusal is not None:
        # Something has changed, perhaps this very proof.
        line = access.get_line(request, line.order_id, line.pk)
    proof = line.proof
    if proof is None or proof.state in {ProofState.RENDERING, ProofState.STAFF_CHECK, ProofState.FAILED}:
        raise refusal or NotFound(gettext("The proof is not ready yet."))
    package = proofs.get_package(proof_id=proof.pk)
    rights = acting.rights_over(request, business_id=line.order.business_id)
    waits = proof.state == ProofState.AWAITING_APPROVAL and Scope.PROOFS_APPROVE in rights
    open_price = approvals.find_open_price(line.order) if waits else None
    blocking = {finding.rule for finding in proofs.list_blocking(proof)}
    context = {
        "order": line.order,
        "line": line,
        "proof": proof,
        "package": package,
        "words": _words(package.spec),
        "pictures": _pictures(proof.files),
        "pdf": files.link(proof.pdf_sha256, name=f"proof-{line.order.number}-rev-{proof.revision:02d}.pdf"),
        "total": Money(line.total_minor, line.order.currency),
        "statement": terms.of_approval(is_owed=line.order.is_owed).statement,
        "may_approve": waits and not blocking and open_price is None,
        "open_price": open_price,
        "may_ask": waits,
        "blocked": waits and bool(blocking),
        "decide_by": waiting.decide_proof_by(proof) if waits else None,
        "findings": _findings(line, proof, blocking, waits=waits),
        "processes": amendments.list_processes(line=line, proof=proof) if waits else [],
        "approve_form": ApproveForm(initial={"proof_hash": proof.proof_hash, "shown_total_minor": line.total_minor}),
        "changes_form": changes or ChangesForm(),
        "comments": proof.comments.all(),
        "refusal": refusal,
    }
    return render(request, "orders/proof.html", context, status=refusal.status if refusal else 200)


def _findings(line: OrderLine, proof: Proof, blocking: set[str], *, waits: bool) -> list[dict[str, object]]:
    """What was found, all places of a rule together, with the mends that can be taken now."""
    offers = {offer.code: offer for offer in amendments.list_mends(line=line, proof=proof)} if waits else {}
    return [
        {
            "group": group,
            "accepted": group.severity == BLOCK and group.rule not in blocking,
            "offers": [offers[each.mend] for each in group.offers if each.mend in offers],
        }
        for group in shown.list_groups(proofs.report_of(proof))
    ]


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
