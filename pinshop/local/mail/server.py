import argparse
from pathlib import Path

from pinshop.local import ports, serving, web
from pinshop.local.mail import pages
from pinshop.local.mail.mailbox import Mailbox
from pinshop.local.mail.smtp import Catcher
from pinshop.local.store import Clock, Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "--smtp-port", type=int, default=None, help="0 takes a free one (default: 1025, or 0 with --port 0)"
    )


def run(options: argparse.Namespace) -> int:
    """Serves until stopped."""
    smtp_port = options.smtp_port
    if smtp_port is None:
        smtp_port = 1025 if options.port else 0
    smtp_port = smtp_port or ports.find_free()
    mailbox = Mailbox(Store(options.state / "mail.sqlite3"), Clock(), options.state / "messages")
    application = web.application(pages.urls(mailbox), templates=Path(__file__).parent / "templates")
    return serving.serve(
        name="Mail catcher",
        application=application,
        port=options.port,
        parts=[Catcher(mailbox=mailbox, port=smtp_port)],
        note=f", SMTP on {serving.HOST}:{smtp_port}",
    )
