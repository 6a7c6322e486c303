"""The files that belong to an order, with links that expire."""

from typing import Any

from django.conf import settings

from designs.selectors import proofs
from orders.models import Order
from orders.payments.selectors import papers
from pinshop.core import files


def list_documents(order: Order) -> list[dict[str, Any]]:
    """The invoice once it is issued, what credits it, and the sheet of each line's present proof once it was sent.

    Two queries.
    """
    found = []
    invoices = papers.list_invoices(order=order)
    for invoice in invoices:
        found.append(_document("invoice", f"{invoice.number}.pdf", str(invoice.file_id), None))
    if invoices:
        for note in papers.list_credit_notes(order=order):
            found.append(_document("credit_note", f"{note.number}.pdf", str(note.file_id), None))
    lines = {line.proof_id: line for line in order.lines.all() if line.proof_id}
    for proof in proofs.list_rendered(proof_ids=list(lines)):
        line = lines[proof.pk]
        name = f"{order.number}-{line.position}-proof-{proof.revision}.pdf"
        found.append(_document("proof", name, proof.pdf_sha256, str(line.pk)))
    return found


def _document(kind: str, name: str, sha256: str, line_id: str | None) -> dict[str, Any]:
    url = f"{settings.BASE_URL}{files.link(sha256, name=name)}"
    return {"kind": kind, "name": name, "media_type": "application/pdf", "line_id": line_id, "url": url}
