"""Comparing our books with the provider's: what differs is written down for staff, and mended by nothing but `settle`.

The provider's lists of the last days are read first. A payment that does not agree with ours at once is settled, as a
message of the provider would have it settled, and then compared once more with fresh answers: money that is on its way
while we read is no difference.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from orders.payments import providers
from orders.payments.enums import DiscrepancyKind, PaymentState, RefundState
from orders.payments.gateway import Booked, BookedRefund, Gateway, PageState, ProviderRefused
from orders.payments.models import Discrepancy, Payment, Refund
from orders.payments.services import refunds, settlement
from pinshop.core import audit, outbox
from pinshop.core.actors import Actor
from pinshop.core.errors import Invalid, NotFound
from pinshop.core.money import Money

TOPIC = "payments.reconcile"
# What is younger may still be on its way between us and the provider.
SETTLING = timedelta(minutes=10)
_ENDED = frozenset({PaymentState.EXPIRED, PaymentState.CANCELLED, PaymentState.FAILED})
_RUNNING = frozenset({PaymentState.CREATED, PaymentState.OPEN})
_AGREES: dict[PageState, frozenset[PaymentState]] = {
    PageState.PAID: frozenset({PaymentState.SUCCEEDED}),
    PageState.EXPIRED: _ENDED,
    PageState.OPEN: _RUNNING,
    PageState.PROCESSING: _RUNNING,
}


@dataclass(frozen=True, slots=True)
class Compared:
    """How many payments were compared, and how many differences are open now."""

    payments: int
    open: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two books say differently; `subject` is the provider's id of it."""

    kind: DiscrepancyKind
    subject: str
    payment_id: UUID | None
    ours: str
    theirs: str


def ask(*, now: datetime) -> None:
    """Have a worker compare the books, once a day however often this is called."""
    outbox.enqueue(TOPIC, key=f"{now:%Y-%m-%d}", now=now)


def reconcile(*, now: datetime) -> Compared:
    """Compare every payment of the last `RECONCILE_DAYS`, and every one with an open difference.

    Again it changes nothing: the same differences keep their rows, those that are gone are resolved. Raises ProviderBusy
    and ProviderRefused of the gateway: then nothing is written but what `settle` has recorded.
    """
    name = providers.DEFAULT
    gateway = providers.get(name)
    since, until = now - timedelta(days=settings.RECONCILE_DAYS), now - SETTLING
    booked = {each.page.session_id: each for each in gateway.list_payments(since=since, until=until)}
    given_back = gateway.list_refunds(since=since, until=until)
    unbound = {str(pk) for pk in Payment.objects.filter(provider=name, session_id="").values_list("pk", flat=True)}
    for each in booked.values():
        if each.page.reference in unbound:
            settlement.bind(reference=each.page.reference, session_id=each.page.session_id)
    open_rows = Discrepancy.objects.filter(provider=name, resolved_at=None)
    doubted = set(open_rows.exclude(payment=None).values_list("payment_id", flat=True))
    payments = _list_payments(name, list(booked), doubted, since=since, until=until)
    found: list[Difference] = []
    for payment in payments:
        truth = booked.get(payment.session_id)
        if truth is None or payment.pk in doubted or _compare(payment, truth, ()):
            found += _look_closer(payment, gateway, now=now)
    found += _list_unknown_payments(booked.values(), payments)
    found += _list_unknown_refunds(given_back, {each.subject for each in found})
    seen = {*booked, *(each.refund_id for each in given_back)}
    _write_down(name, found, now=now)
    gone = open_rows.filter(Q(payment__in=payments) | Q(subject__in=seen)).exclude(last_seen_at=now)
    gone.update(resolved_at=now)
    return Compared(len(payments), open_rows.count())


def explain(*, discrepancy_id: int, note: str, actor: Actor, now: datetime) -> Discrepancy:
    """Staff say why a difference is right as it is: it stays resolved until its figures change.

    Raises Invalid without a note, NotFound. A second explanation changes nothing.
    """
    if not note.strip():
        raise Invalid(gettext("Say why the two may differ."), fields={"note": gettext("A reason is needed.")})
    with transaction.atomic():
        row = Discrepancy.objects.filter(pk=discrepancy_id).first()
        if row is None:
            raise NotFound(gettext("There is no such difference."))
        text = note.strip()[:300]
        if Discrepancy.objects.filter(pk=row.pk, resolved_at=None).update(resolved_at=now, explanation=text):
            audit.record(subject=row, action="discrepancy.explained", actor=actor, now=now, data={"explanation": text})
        row.refresh_from_db()
    return row


def _list_payments(
    provider: str, session_ids: Collection[str], doubted: Collection[UUID], *, since: datetime, until: datetime
) -> list[Payment]:
    """Ours of those days, those that the provider lists, and those with an open difference; each with its refunds."""
    young = Q(created_at__gte=since, created_at__lte=until)
    rows = Payment.objects.filter(young | Q(session_id__in=session_ids) | Q(pk__in=doubted), provider=provider)
    return list(rows.exclude(session_id="").prefetch_related("refunds"))


def _look_closer(payment: Payment, gateway: Gateway, *, now: datetime) -> list[Difference]:
    """Settle a payment and its refunds, then compare them once more by what the provider says now."""
    try:
        settlement.settle(payment_id=payment.pk, now=now)
        for refund in payment.refunds.all():
            refunds.settle(refund_id=refund.pk, now=now)
        truth = gateway.get_payment(payment.session_id)
    except ProviderRefused as error:
        if not error.is_missing:
            raise
        ours = str(PaymentState(payment.state).label)
        return [Difference(DiscrepancyKind.MISSING, payment.session_id, payment.pk, ours, "No such payment.")]
    given_back = gateway.list_refunds(intent_id=truth.page.intent_id) if truth.page.intent_id else []
    return _compare(Payment.objects.prefetch_related("refunds").get(pk=payment.pk), truth, given_back)


def _compare(payment: Payment, truth: Booked, given_back: Collection[BookedRefund]) -> list[Difference]:
    """What differs; `given_back` are the provider's refunds of this payment, where somebody has asked for them."""
    rows = [row for row in payment.refunds.all() if row.state != RefundState.FAILED]
    known = {row.provider_refund_id for row in rows}
    unknown = [each for each in given_back if each.counts and each.refund_id not in known]
    ours_back = sum(row.amount_minor for row in rows if row.provider_refund_id)
    theirs_back = truth.refunded.amount_minor - sum(each.amount.amount_minor for each in unknown)
    pairs = [
        (DiscrepancyKind.CAPTURED, payment.captured_minor, truth.captured.amount_minor),
        (DiscrepancyKind.REFUNDED, ours_back, theirs_back),
    ]
    found = [
        Difference(
            kind,
            payment.session_id,
            payment.pk,
            str(Money(ours, payment.currency)),
            str(Money(theirs, truth.captured.currency)),
        )
        for kind, ours, theirs in pairs
        if Money(ours, payment.currency) != Money(theirs, truth.captured.currency)
    ]
    if payment.state not in _AGREES[truth.page.state]:
        ours, theirs = str(PaymentState(payment.state).label), truth.page.state.value
        found.append(Difference(DiscrepancyKind.STATE, payment.session_id, payment.pk, ours, theirs))
    return found + [_unknown_refund(each, payment.pk) for each in unknown]


def _list_unknown_payments(booked: Iterable[Booked], payments: Collection[Payment]) -> list[Difference]:
    known = {payment.session_id for payment in payments}
    return [
        Difference(DiscrepancyKind.UNKNOWN_PAYMENT, each.page.session_id, None, "No such payment.", str(each.captured))
        for each in booked
        if each.page.state is PageState.PAID and each.page.session_id not in known
    ]


def _list_unknown_refunds(given_back: Iterable[BookedRefund], found: Collection[str]) -> list[Difference]:
    """Refunds of any payment, of whatever age, that we have no row of."""
    standing = [each for each in given_back if each.counts and each.refund_id not in found]
    ids = [each.refund_id for each in standing]
    known = set(Refund.objects.filter(provider_refund_id__in=ids).values_list("provider_refund_id", flat=True))
    intents = [each.intent_id for each in standing if each.refund_id not in known]
    owners = dict(Payment.objects.filter(intent_id__in=intents).exclude(intent_id="").values_list("intent_id", "pk"))
    return [_unknown_refund(each, owners.get(each.intent_id)) for each in standing if each.refund_id not in known]


def _unknown_refund(refund: BookedRefund, payment_id: UUID | None) -> Difference:
    return Difference(
        DiscrepancyKind.UNKNOWN_REFUND, refund.refund_id, payment_id, "No such refund.", str(refund.amount)
    )


def _write_down(provider: str, found: Iterable[Difference], *, now: datetime) -> None:
    """One row for each difference: new ones are opened, known ones were seen again, changed ones are open again."""
    for each in found:
        with transaction.atomic():
            row, is_new = Discrepancy.objects.get_or_create(
                provider=provider,
                kind=each.kind,
                subject=each.subject,
                defaults={
                    "payment_id": each.payment_id,
                    "ours": each.ours,
                    "theirs": each.theirs,
                    "first_seen_at": now,
                    "last_seen_at": now,
                },
            )
            if is_new:
                continue
            changes: dict[str, object] = {"last_seen_at": now, "payment_id": each.payment_id}
            if (row.ours, row.theirs) != (each.ours, each.theirs) or not row.explanation:
                changes |= {"ours": each.ours, "theirs": each.theirs, "resolved_at": None, "explanation": ""}
            Discrepancy.objects.filter(pk=row.pk).update(**changes)
