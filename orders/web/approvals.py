"""The page where a customer looks at a proof and says yes, mends it, or says what should change."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import options as catalog_options
from catalog.spec import PinSpec
from designs.documents import revision_changes
from designs.models import Proof
from designs.report import BLOCK
from designs.selectors import proofs
from designs.services import comments
from designs.states import ProofState
from designs.web import shown
from orders import terms
from orders.models import OrderLine
from orders.selectors import waiting
from orders.services import amendments, approvals
from orders.web import access, proof_views
from orders.web.forms.proofs import ApproveForm, MendForm, ProcessForm, RemarkForm, SeenProofForm
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
    thanks = (
        gettext("Thank you. %(title)s goes into production exactly as you approved it.")
        if line.order.is_owed
        else gettext("Thank you. %(title)s is made, as soon as the order is paid, exactly as you approved it.")
    )
    messages.success(request, thanks % {"title": line.title})
    return redirect("orders:order", order_id=order_id)


@require_POST
@access.answers_refusals
def comment(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """Something about the proof, perhaps about a spot, before an answer to it is given."""
    line = access.get_line(request, order_id, line_id, to=Scope.PROOFS_APPROVE)
    form = RemarkForm(request.POST)
    try:
        if not form.is_valid() or line.proof_id is None:
            raise Invalid(gettext("This comment was not complete. Open the proof again."))
        said = comments.add(
            proof_id=line.proof_id,
            comment_id=form.cleaned_data["comment_id"],
            text=form.cleaned_data["text"],
            spot=form.spot(),
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
    except PinshopError as refusal:
        return _page(request, line, refusal, form)
    return redirect(f"{reverse('orders:proof', args=[order_id, line_id])}#comment-{said.pk}")


@require_POST
@access.answers_refusals
def request_changes(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """What should change, perhaps at a spot of the picture; without words, what the comments say."""
    line = access.get_line(request, order_id, line_id, to=Scope.PROOFS_APPROVE)
    form = RemarkForm(request.POST)
    wish = form.cleaned_data["text"] if form.is_valid() else ""
    if not wish and form.is_valid() and form.spot() is None and _has_comments(line):
        wish = gettext("Please make the changes of the comments on this revision.")
    if not wish:
        return _page(request, line, Invalid(gettext("Tell us what to change.")), form)
    try:
        approvals.request_changes(
            line_id=line.pk,
            comment_id=form.wish_id(),
            text=wish,
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
    request: HttpRequest, line: OrderLine, refusal: PinshopError | None = None, remark: RemarkForm | None = None
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
    before = proofs.find_shown_before(proof)
    context = {
        "order": line.order,
        "line": line,
        "proof": proof,
        "package": package,
        "words": _words(package.spec),
        "views": proof_views.list_views(proof, before),
        "actual": proof_views.get_actual_size(proof),
        "mark_scale": proof_views.mark_scale(proof),
        "before": before,
        "revision_changes": revision_changes.list_changes(before.manifest, proof.manifest) if before else (),
        "said_before": before.comments.all() if before else (),
        "approval": proof.approval if proof.state == ProofState.APPROVED else None,
        "pdf": files.link(proof.pdf_sha256, name=f"proof-{line.order.number}-rev-{proof.revision:02d}.pdf"),
        "total": Money(line.total_minor, line.order.currency),
        "order_total": Money(line.order.total_minor, line.order.currency),
        "statement": terms.of_approval(is_owed=line.order.is_owed).statement,
        "may_approve": waits and not blocking and open_price is None,
        "open_price": open_price,
        "may_ask": waits,
        "blocked": waits and bool(blocking),
        "decide_by": waiting.decide_proof_by(proof) if waits else None,
        "findings": _findings(line, proof, blocking, waits=waits),
        "processes": amendments.list_processes(line=line, proof=proof) if waits else [],
        "approve_form": ApproveForm(initial={"proof_hash": proof.proof_hash, "shown_total_minor": line.total_minor}),
        "remark_form": remark or RemarkForm(),
        "said": proof_views.list_said(proof.comments.all()),
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


def _has_comments(line: OrderLine) -> bool:
    return line.proof is not None and line.proof.comments.filter(by_staff=False).exists()
