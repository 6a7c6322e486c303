import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from pinshop.local.partner import isoformat
from pinshop.local.store import Clock, Json, Store

_LINK = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True)
class Part:
    """A part of a mail that is a file: its place in the mail, name, type, and content."""

    place: int
    filename: str
    content_type: str
    content_id: str
    content: bytes


@dataclass(frozen=True)
class Mailbox:
    """The mails that were caught: an .eml file each, and what is needed to find them in the store."""

    store: Store
    clock: Clock
    folder: Path

    def keep(self, content: bytes, *, sender: str, recipients: list[str]) -> str:
        """Stores a mail as it came over SMTP, with the envelope's addresses, and returns its id."""
        mail_id = secrets.token_hex(10)
        parsed = _parse(content)
        entry: Json = {
            "id": mail_id,
            "received_at": isoformat(self.clock.now()),
            "sender": sender,
            "from": str(parsed.get("From", sender)),
            "to": recipients,
            "subject": str(parsed.get("Subject", "")),
            "bytes": len(content),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file(mail_id).write_bytes(content)
        self.store.add("mail", mail_id, entry)
        return mail_id

    def list_entries(self, *, to: str = "", subject: str = "", words: str = "") -> list[Json]:
        """Newest first: those with these texts in a recipient, in the subject, or (`words`) in either."""

        def is_wanted(entry: Json) -> bool:
            recipients, title = " ".join(entry["to"]).casefold(), entry["subject"].casefold()
            return (
                to.casefold() in recipients
                and subject.casefold() in title
                and all(word in f"{recipients} {title}" for word in words.casefold().split())
            )

        return [entry for entry in self.store.list_newest("mail") if is_wanted(entry)]

    def find_entry(self, mail_id: str) -> Json | None:
        """What is known of a mail without opening it, or None."""
        return self.store.find("mail", mail_id)

    def read(self, mail_id: str) -> EmailMessage:
        """The mail itself."""
        return _parse(self.read_raw(mail_id))

    def read_raw(self, mail_id: str) -> bytes:
        """The mail as it came over SMTP."""
        return self._file(mail_id).read_bytes()

    def delete_all(self) -> int:
        """Throws every mail away and returns how many there were."""
        ids = self.store.list_ids("mail")
        for mail_id in ids:
            self.store.remove("mail", mail_id)
            self._file(mail_id).unlink(missing_ok=True)
        return len(ids)

    def _file(self, mail_id: str) -> Path:
        return self.folder / f"{mail_id}.eml"


def text_of(mail: EmailMessage) -> str:
    """The plain text body, or ""."""
    return _body(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    """The HTML body, or ""."""
    return _body(mail, "html")


def links_of(mail: EmailMessage) -> list[str]:
    """The http(s) addresses in text and HTML, each once, in order."""
    found = _LINK.findall(f"{text_of(mail)}\n{html_of(mail)}".replace("&amp;", "&"))
    return list(dict.fromkeys(link.rstrip(".,;:!?") for link in found))


def iterate_parts(mail: EmailMessage) -> Iterator[Part]:
    """Attachments and inline pictures."""
    for place, part in enumerate(mail.walk()):
        is_file = part.get_content_disposition() == "attachment" or part.get_content_maintype() == "image"
        if part.is_multipart() or not is_file:
            continue
        content = part.get_payload(decode=True)
        content_id = str(part.get("Content-ID", "")).strip().strip("<>")
        filename = part.get_filename() or f"part-{place}"
        if isinstance(content, bytes):
            yield Part(place, filename, part.get_content_type(), content_id, content)


def _parse(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeDecodeError):
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
