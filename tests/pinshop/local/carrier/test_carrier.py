from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from pinshop.local.serving import running
from tests.pinshop.local.package import SHIP_TO, production_order
from tests.pinshop.local.receiver import Receiver, receiving

SECRET = "whsec_Zm9yIHRoZSB0ZXN0cyBvZiB0aGUgY2Fycmllcg=="
STEPS = ["parcel.in_transit", "parcel.out_for_delivery", "parcel.delivered"]


@dataclass(frozen=True)
class Sender:
    """Who hands over parcels, and the webhook endpoint that hears of them."""

    http: httpx.Client
    receiver: Receiver

    def register(self, **changes: Any) -> httpx.Response:
        """Hands over a parcel."""
        return self.http.post("/v1/parcels", json={"callback_url": self.receiver.url, "ship_to": SHIP_TO, **changes})

    def wait_for(self, number: str, kind: str) -> list[dict[str, Any]]:
        """The messages about a parcel, once one of this type came."""

        def came(_messages: object) -> bool:
            return kind in [message["type"] for message in self.messages(number)]

        self.receiver.wait(came)
        return self.messages(number)

    def messages(self, number: str) -> list[dict[str, Any]]:
        """The verified messages about a parcel."""
        verified = [Webhook(SECRET).verify(message.body, message.headers) for message in self.receiver.accepted()]
        return [message for message in verified if message["number"] == number]


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    state = tmp_path_factory.mktemp("carrier")
    options = ["--token", "carrier-token", "--secret", SECRET, "--step-seconds", "0.15", "--retry-seconds", "0.05"]
    with receiving() as receiver, running("carrier", *options, state=state) as server:
        headers = {"Authorization": "Bearer carrier-token"}
        with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as http:
            yield Sender(http, receiver)


def test_parcel_travels_to_its_receiver_in_signed_messages(sender: Sender):
    answer = sender.register(number="SC1000000001")
    assert answer.status_code == 201
    assert answer.json()["tracking_url"] == str(sender.http.base_url.join("/track/SC1000000001"))

    messages = sorted(sender.wait_for("SC1000000001", "parcel.delivered"), key=lambda message: message["sequence"])

    assert [message["type"] for message in messages] == STEPS
    assert {message["carrier"] for message in messages} == {"sample-carrier"}
    parcel = sender.http.get("/v1/parcels/SC1000000001").json()
    assert (parcel["status"], [step["type"] for step in parcel["history"]]) == ("delivered", STEPS)
    page = sender.http.get("/track/SC1000000001", headers={"Authorization": ""})
    assert page.text.count("step--done") == 4
    assert "Berlin, DE" in page.text


def test_parcel_without_number_gets_one(sender: Sender):
    first, second = sender.register().json(), sender.register().json()

    assert first["number"] != second["number"]
    assert first["number"].startswith("SC")


def test_late_receiver_of_a_known_parcel_hears_where_it_is(sender: Sender):
    sender.http.post("/v1/parcels", json={"number": "SC1000000002", "ship_to": SHIP_TO}).raise_for_status()
    sender.receiver.wait(lambda _: sender.http.get("/v1/parcels/SC1000000002").json()["status"] == "delivered")

    answers = [
        sender.http.post("/v1/parcels", json={"number": "SC1000000002", "callback_url": sender.receiver.url})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [message["type"] for message in sender.wait_for("SC1000000002", "parcel.delivered")] == ["parcel.delivered"]


def test_message_is_sent_again_until_it_is_taken(sender: Sender):
    sender.receiver.settle()
    sender.receiver.answers.extend([503, 503])
    sender.register(number="SC1000000003")

    assert len(sender.wait_for("SC1000000003", "parcel.delivered")) >= 1
    refused = [message.json["number"] for message in sender.receiver.messages if message.answered == 503]
    assert refused == ["SC1000000003"] * 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "x"}, "number"),
        ({"callback_url": "nowhere"}, "callback_url"),
        ({"ship_to": {}}, "ship_to"),
        ({"weight": 3}, "weight"),
    ],
)
def test_wrong_parcel_is_refused_naming_the_field(sender: Sender, changes: dict[str, Any], field: str):
    answer = sender.register(**changes)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_stranger_and_unknown_numbers_are_refused(sender: Sender):
    assert sender.http.post("/v1/parcels", json={}, headers={"Authorization": "Bearer no"}).status_code == 401
    assert sender.http.get("/v1/parcels/SC9999999999").status_code == 404
    assert sender.http.get("/v1/parcels").status_code == 405
    page = sender.http.get("/track/SC9999999999")
    assert (page.status_code, "We do not know the parcel SC9999999999." in page.text) == (404, True)
    assert "parcel.out_for_delivery" in sender.http.get("/").text


def test_factory_announces_its_parcel_so_that_the_shop_hears_of_delivery(sender: Sender, tmp_path):
    options = [
        "--stage-seconds",
        "0.05",
        "--carrier-url",
        str(sender.http.base_url),
        "--carrier-token",
        "carrier-token",
    ]
    with receiving() as stages, running("factory", *options, state=tmp_path / "factory") as factory:
        order = production_order(stages.url, tracking_callback_url=sender.receiver.url)
        headers = {"Authorization": "Bearer sample-factory-token", "Idempotency-Key": "one"}
        httpx.post(
            f"{factory.url}/v1/production-orders", json=order, headers=headers, trust_env=False
        ).raise_for_status()
        stages.wait(lambda messages: any(message.json["stage"] == "shipped" for message in messages))
        shipped = next(message.json for message in stages.accepted() if message.json["stage"] == "shipped")

        delivered = sender.wait_for(shipped["tracking"]["number"], "parcel.delivered")

    assert {message["type"] for message in delivered} == set(STEPS)
