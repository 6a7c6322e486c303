"""The copy of a person's data: all of theirs, nothing of anybody else's, by a link that expires."""

import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designs.models import Design
from orders.models import Order
from orders.payments.models import Invoice
from orders.services import links
from pinshop.accounts.models import User
from pinshop.core import files, outbox
from pinshop.core.models import OutgoingMail, StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
SUBJECT = "The copy of your data is ready"


def fetch(client: Client) -> zipfile.ZipFile:
    """What the mailed link opens."""
    path = re.search(r"http://localhost:8000(/\S+)", OutgoingMail.objects.get(subject=SUBJECT).text)
    assert path is not None
    response = client.get(path[1])
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(b"".join(response)))


def read(copy: zipfile.ZipFile, name: str) -> Any:
    return json.loads(copy.read(f"{name}.json"))


def test_copy_of_an_account_holds_all_of_it_and_nobody_elses(
    ada: User, order: Order, more_of_ada: Design, guests_order: Order, client: Client
) -> None:
    client.force_login(ada)
    for _ in range(2):
        client.post(reverse("account_copy"))
        outbox.drain()
    copy = fetch(Client())
    design, invoice = order.lines.get().design, Invoice.objects.get(order=order)
    assert design is not None
    assert set(copy.namelist()) == {
        "account.json",
        "basket.json",
        "claims.json",
        "designs.json",
        "mails.json",
        "orders.json",
        "quotes.json",
        "returns.json",
        "wish_list.json",
        "README.txt",
        f"designs/{design.pk}/artwork-ada.png",
        f"designs/{design.pk}/proof-revision-01.pdf",
        f"designs/{more_of_ada.pk}/artwork-draft of ada.png",
        f"invoices/{invoice.number}.pdf",
        f"credit-notes/{invoice.credit_notes.get().number}.pdf",
        f"claims/{order.lines.get().claims.get().pk}/photo-1.jpg",
    }
    assert copy.read(f"designs/{design.pk}/artwork-ada.png") == b"art ada"
    assert copy.read(f"invoices/{invoice.number}.pdf") == files.read(str(invoice.file_id))
    (told,) = read(copy, "orders")
    assert (told["number"], told["contact"]["name"], told["payments"][0]["captured_minor"]) == (
        order.number,
        "ada Lovelace",
        10_000,
    )
    assert read(copy, "account")["emails"] == ["ada@example.org", "countess@example.org"]
    assert {each["name"] for each in read(copy, "designs")} == {"ada's wedding", "draft of ada's wedding"}
    everything = b"".join(copy.read(name) for name in copy.namelist())
    assert b"grace" not in everything
    assert guests_order.number.encode() not in everything
    assert links.order_url(order).encode() not in everything


def test_copy_of_a_guests_order_goes_to_its_own_address(guests_order: Order, order: Order, client: Client) -> None:
    page = reverse("order_copy", args=[guests_order.pk])
    assert client.post(page).status_code == 404
    client.get(links.order_url(guests_order).partition("8000")[2])
    client.post(page)
    outbox.drain()
    assert OutgoingMail.objects.get(subject=SUBJECT).to == "grace@example.org"
    copy = fetch(client)
    assert [each["number"] for each in read(copy, "orders")] == [guests_order.number]
    assert b"ada" not in copy.read("orders.json")
    assert "account.json" not in copy.namelist()
    del order


def test_link_and_file_end(ada: User, order: Order, client: Client, now: datetime, time_at: Any) -> None:
    client.force_login(ada)
    client.post(reverse("account_copy"))
    outbox.drain()
    fetch(client)
    row = StoredFile.objects.get(media_type="application/zip")
    path = re.search(r"http://localhost:8000(/\S+)", OutgoingMail.objects.get(subject=SUBJECT).text)
    assert path is not None
    assert row.expires_at is not None
    time_at(row.expires_at - timedelta(hours=1))
    assert client.get(path[1]).status_code == 404
    assert files.delete_expired(now=row.expires_at - timedelta(hours=1)) == 0
    assert files.delete_expired(now=row.expires_at) == 1
    assert not StoredFile.objects.filter(pk=row.pk).exists()
    del order, now


def test_file_that_is_gone_is_named_and_stops_nothing(ada: User, order: Order, client: Client) -> None:
    design = order.lines.get().design
    assert design is not None
    type(design.artwork).objects.filter(pk=design.artwork_id).update(sha256="f" * 64)
    client.force_login(ada)
    client.post(reverse("account_copy"))
    outbox.drain()
    readme = fetch(client).read("README.txt").decode()
    assert f"- designs/{design.pk}/artwork-ada.png" in readme


def test_guests_of_an_account_page_sign_in_first(client: Client) -> None:
    for name in ("account_data", "account_copy", "account_erase"):
        method = client.get if name == "account_data" else client.post
        assert method(reverse(name))["Location"].startswith("/accounts/login/")


def test_mail_with_the_copy_speaks_the_language_of_the_latest_order(ada: User, order: Order, client: Client) -> None:
    Order.objects.filter(pk=order.pk).update(language="de")
    client.force_login(ada)
    client.post(reverse("account_copy"))
    outbox.drain()
    assert [each.subject for each in OutgoingMail.objects.filter(subject__contains="Kopie")] == [
        "Die Kopie Ihrer Daten ist fertig"
    ]
