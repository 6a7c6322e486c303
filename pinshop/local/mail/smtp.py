import logging

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from pinshop.local import ports
from pinshop.local.mail.mailbox import Mailbox
from pinshop.local.serving import HOST

_log = logging.getLogger(__name__)


class Catcher:
    """The SMTP server: takes every mail for anyone and delivers none."""

    def __init__(self, *, mailbox: Mailbox, port: int) -> None:
        self._mailbox = mailbox
        self._controller = Controller(self, hostname=HOST, port=port)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name that aiosmtpd calls
        """One mail; aiosmtpd calls this."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        recipients = [str(each) for each in envelope.rcpt_tos]
        self._mailbox.keep(content, sender=envelope.mail_from or "", recipients=recipients)
        _log.info("mail to %s", ", ".join(recipients))
        return "250 OK"

    def start(self) -> None:
        """Listens.

        Raises:
            PortTaken: another programme does.
        """
        ports.claim(self._controller.port, what="the SMTP side of the mail catcher", setting="--smtp-port")
        self._controller.start()

    def stop(self) -> None:
        """Stops listening."""
        self._controller.stop()
