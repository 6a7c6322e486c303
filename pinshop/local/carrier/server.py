import argparse
from functools import partial
from pathlib import Path

from pinshop.local import serving, web
from pinshop.local.background import Background
from pinshop.local.carrier import api, parcels
from pinshop.local.carrier.parcels import Carrier
from pinshop.local.courier import Courier, standard_webhooks
from pinshop.local.store import Clock, Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--token", default="sample-carrier-token", help="bearer token (default: %(default)s)")
    parser.add_argument(
        "--secret",
        default="whsec_c2FtcGxlLWNhcnJpZXItc2lnbmluZy1zZWNyZXQ=",
        help="signs the tracking messages (default: %(default)s)",
    )
    parser.add_argument("--step-seconds", type=float, default=2.0, help="how long a step of the way takes")
    parser.add_argument(
        "--retry-seconds", type=float, default=1.0, help="pause before the first retry, doubled each time"
    )


def run(options: argparse.Namespace) -> int:
    """Serves until stopped."""
    store, clock = Store(options.state / "carrier.sqlite3"), Clock()
    sign = standard_webhooks(options.secret)
    courier = Courier(store, clock, sign, first_pause_seconds=options.retry_seconds)
    carrier = Carrier(store, clock, courier, options.step_seconds)
    background = Background(
        store=store,
        clock=clock,
        handlers={"parcel": partial(parcels.move, carrier), "delivery": courier.deliver},
    )
    urls = api.urls(carrier, token=options.token)
    application = web.application(urls, templates=Path(__file__).parent / "templates")
    return serving.serve(name="Sample carrier", application=application, port=options.port, parts=[background])
