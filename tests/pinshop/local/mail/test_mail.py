import smtplib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from pinshop.local.serving import Running, ServerFailed, running

PNG = b"\x89PNG\r\n\x1a\nnot much of a picture"
PDF = b"%PDF-1.7 invoice"


@dataclass(frozen=True)
class Catcher:
    """The mail catcher, and a client for its pages."""

    server: Running
    http: httpx.Client

    def send(self, *, to: str = "ada@example.com", subject: str = "Your proof is ready", **more: str) -> None:
        """Sends a mail with text, HTML, an inline picture and an attachment."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Pinshop <shop@example.com>", to, subject
        mail.set_content(more.get("text", "See http://127.0.0.1:8000/proofs/1?a=1&b=2."))
        mail.add_alternative(
            more.get(
                "html",
                '<p style="color: red">Grüße <a href="http://127.0.0.1:8000/proofs/1?a=1&amp;b=2">proof</a> <img src="cid:picture"></p>',
            ),
            subtype="html",
        )
        mail.get_payload()[1].add_related(PNG, "image", "png", cid="<picture>")
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="invoice.pdf")
        with smtplib.SMTP("127.0.0.1", self.server.smtp_port) as smtp:
            smtp.send_message(mail, to_addrs=[to, "bcc@example.com"])

    def find(self, **query: str) -> list[dict[str, Any]]:
        """The entries that the API lists."""
        return self.http.get("/api/messages", params=query).json()["messages"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("mail", state=tmp_path_factory.mktemp("mail")) as server:
        yield server


@pytest.fixture
def catcher(server: Running) -> Iterator[Catcher]:
    with httpx.Client(base_url=server.url, trust_env=False) as http:
        http.delete("/api/messages").raise_for_status()
        yield Catcher(server, http)


def test_mail_is_caught_with_its_envelope(catcher: Catcher):
    catcher.send()
    (entry,) = catcher.find()

    assert entry["to"] == ["ada@example.com", "bcc@example.com"]
    assert (entry["from"], entry["sender"], entry["subject"]) == (
        "Pinshop <shop@example.com>",
        "shop@example.com",
        "Your proof is ready",
    )
    detail = catcher.http.get(f"/api/messages/{entry['id']}").json()
    assert detail["text"] == "See http://127.0.0.1:8000/proofs/1?a=1&b=2.\r\n"
    assert "Grüße" in detail["html"]
    assert detail["links"] == ["http://127.0.0.1:8000/proofs/1?a=1&b=2"]
    assert [(each["filename"], each["content_type"], each["bytes"]) for each in detail["attachments"]][-1] == (
        "invoice.pdf",
        "application/pdf",
        len(PDF),
    )
    assert ["Subject", "Your proof is ready"] in detail["headers"]
    assert (catcher.server.state / "messages" / f"{entry['id']}.eml").read_bytes() == catcher.http.get(
        f"/api/messages/{entry['id']}/raw"
    ).content


def test_mail_is_found_by_recipient_and_subject(catcher: Catcher):
    catcher.send(to="ada@example.com", subject="Order received")
    catcher.send(to="bob@example.com", subject="Order shipped")

    assert [entry["subject"] for entry in catcher.find()] == ["Order shipped", "Order received"]
    assert [entry["subject"] for entry in catcher.find(to="BOB@")] == ["Order shipped"]
    assert [entry["subject"] for entry in catcher.find(subject="received", to="ada")] == ["Order received"]
    assert catcher.find(subject="refund") == []
    page = catcher.http.get("/", params={"q": "bob shipped"})
    assert "Order shipped" in page.text
    assert "Order received" not in page.text


def test_message_page_shows_the_mail_in_a_sandboxed_frame(catcher: Catcher):
    catcher.send(subject="<script>alert(1)</script>")
    mail_id = catcher.find()[0]["id"]
    page = catcher.http.get(f"/messages/{mail_id}")

    assert "<script" not in page.text
    assert f'src="/messages/{mail_id}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "invoice.pdf" in page.text
    assert "See http://127.0.0.1:8000/proofs/1" in catcher.http.get(f"/messages/{mail_id}?view=text").text
    assert "multipart/mixed" in catcher.http.get(f"/messages/{mail_id}?view=headers").text
    assert "Content-Disposition: attachment" in catcher.http.get(f"/messages/{mail_id}?view=source").text


def test_html_of_a_mail_cannot_run_anything(catcher: Catcher):
    catcher.send(html='<script>alert(1)</script><img src="cid:picture">')
    mail_id = catcher.find()[0]["id"]
    frame = catcher.http.get(f"/messages/{mail_id}/html")

    policy = frame.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data: http://127.0.0.1:*")
    assert policy.endswith("sandbox allow-popups allow-popups-to-escape-sandbox")
    assert "allow-scripts" not in policy
    assert "cid:" not in frame.text
    picture = catcher.http.get(frame.text.partition('<img src="')[2].partition('"')[0])
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")


def test_attachment_is_downloaded_and_never_shown(catcher: Catcher):
    catcher.send()
    mail_id = catcher.find()[0]["id"]
    url = catcher.http.get(f"/api/messages/{mail_id}").json()["attachments"][-1]["url"]
    answer = catcher.http.get(url)

    assert answer.content == PDF
    assert answer.headers["content-disposition"] == 'attachment; filename="invoice.pdf"'
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (
        "application/octet-stream",
        "nosniff",
    )
    assert catcher.http.get(f"/messages/{mail_id}/parts/0").status_code == 404


def test_deleting_leaves_an_empty_box(catcher: Catcher):
    catcher.send()
    mail_id = catcher.find()[0]["id"]
    assert catcher.http.post("/delete").status_code == 302

    assert catcher.find() == []
    assert list((catcher.server.state / "messages").iterdir()) == []
    assert catcher.http.get(f"/messages/{mail_id}").status_code == 404
    assert catcher.http.get(f"/api/messages/{mail_id}").status_code == 404
    assert "No mail yet." in catcher.http.get("/").text


def test_mail_outlives_a_restart(tmp_path):
    with running("mail", state=tmp_path) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        Catcher(server, http).send(subject="Kept")
    with running("mail", state=tmp_path) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        assert [entry["subject"] for entry in Catcher(server, http).find()] == ["Kept"]


def test_plain_mail_without_html_opens_as_text(catcher: Catcher):
    with smtplib.SMTP("127.0.0.1", catcher.server.smtp_port) as smtp:
        smtp.sendmail("a@example.com", ["c@example.com"], b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nonly text")
    (entry,) = catcher.find(to="c@example.com")

    assert entry["subject"] == "Grüße"
    page = catcher.http.get(f"/messages/{entry['id']}?view=html")
    assert "only text" in page.text
    assert "<iframe" not in page.text


def test_taken_smtp_port_is_one_clear_line(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        message = f"port {port} for the SMTP side of the mail catcher is taken: stop what listens there"
        with pytest.raises(ServerFailed, match=message), running("mail", "--smtp-port", str(port), state=tmp_path):
            pass
