import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from pinshop.local import serving, web
from pinshop.local.background import Background
from pinshop.local.courier import Courier, standard_webhooks
from pinshop.local.factory import api, production
from pinshop.local.factory.production import DUPLICATE, OUT_OF_ORDER, SHORT_PACKED, Factory
from pinshop.local.faults import Faults
from pinshop.local.store import Clock, Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--token", default="sample-factory-token", help="bearer token (default: %(default)s)")
    parser.add_argument(
        "--secret",
        default="whsec_c2FtcGxlLWZhY3Rvcnktc2lnbmluZy1zZWNyZXQ=",
        help="signs the stage updates (default: %(default)s)",
    )
    parser.add_argument("--stage-seconds", type=float, default=2.0, help="how long a stage takes")
    parser.add_argument(
        "--retry-seconds", type=float, default=1.0, help="pause before the first retry, doubled each time"
    )
    parser.add_argument("--carrier-url", default="", help="where parcels are announced, e.g. the sample carrier")
    parser.add_argument("--carrier-token", default="sample-carrier-token", help="the carrier's bearer token")


def run(options: argparse.Namespace) -> int:
    """Serves until stopped."""
    store, clock = Store(options.state / "factory.sqlite3"), Clock()
    pause = options.retry_seconds
    courier = Courier(store, clock, standard_webhooks(options.secret), first_pause_seconds=pause)

    def authorise(_message_id: str, _body: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {options.carrier_token}"}

    carrier = Courier(store, clock, authorise, first_pause_seconds=pause, kind="announcement")
    factory = Factory(
        store=store,
        clock=clock,
        courier=courier,
        carrier=carrier if options.carrier_url else None,
        carrier_url=options.carrier_url.rstrip("/"),
        faults=Faults(store, (DUPLICATE, OUT_OF_ORDER, SHORT_PACKED)),
        files=options.state / "files",
        stage_seconds=options.stage_seconds,
    )
    background = Background(
        store=store,
        clock=clock,
        handlers={
            "production_order": partial(production.advance, factory),
            "delivery": courier.deliver,
            "announcement": carrier.deliver,
        },
    )
    application = web.application(api.urls(factory, token=options.token), templates=Path(__file__).parent / "templates")
    return serving.serve(name="Sample factory", application=application, port=options.port, parts=[background])
