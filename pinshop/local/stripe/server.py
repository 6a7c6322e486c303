import argparse
import os
from functools import partial
from pathlib import Path

from pinshop.local import serving, web
from pinshop.local.background import Background
from pinshop.local.courier import Courier
from pinshop.local.faults import Faults
from pinshop.local.store import Clock, Store
from pinshop.local.stripe import api, checkout, dashboard, idempotency, payment_page, refunds
from pinshop.local.stripe.events import DUPLICATE, OUT_OF_ORDER, Sandbox, signature


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--webhook-url", help="where events are sent; without it they are only kept")
    parser.add_argument(
        "--webhook-secret",
        default=os.environ.get("STRIPE_WEBHOOK_SECRET", "whsec_pinshop_sandbox"),
        help="signs the events (default: STRIPE_WEBHOOK_SECRET, else %(default)s)",
    )
    parser.add_argument(
        "--retry-seconds", type=float, default=1.0, help="pause before the first retry, doubled each time"
    )
    parser.add_argument("--refund-seconds", type=float, default=5.0, help="how long a pending refund takes to settle")


def run(options: argparse.Namespace) -> int:
    """Serves until stopped."""
    store, clock = Store(options.state / "stripe.sqlite3"), Clock()
    courier = Courier(store, clock, signature(options.webhook_secret), first_pause_seconds=options.retry_seconds)
    sandbox = Sandbox(
        store=store,
        clock=clock,
        courier=courier,
        faults=Faults(store, (DUPLICATE, OUT_OF_ORDER)),
        webhook_url=options.webhook_url,
        refund_seconds=options.refund_seconds,
    )
    idempotency.forget_unfinished(sandbox)
    background = Background(
        store=store,
        clock=clock,
        handlers={
            "delivery": courier.deliver,
            "checkout.session": partial(checkout.expire_overdue, sandbox),
            "refund": partial(refunds.settle, sandbox),
            "idempotency": partial(idempotency.forget, sandbox),
        },
    )
    urls = (*api.urls(sandbox), *payment_page.urls(sandbox), *dashboard.urls(sandbox))
    application = web.application(urls, templates=Path(__file__).parent / "templates")
    return serving.serve(name="Stripe sandbox", application=application, port=options.port, parts=[background])
