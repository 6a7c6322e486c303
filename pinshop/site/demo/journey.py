"""The life of one custom pin order over real HTTP, each step read back from whoever it concerns."""

import json
import mimetypes
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pypdfium2

from pinshop.core.money import format_money
from pinshop.site.demo.api import Api, StepFailed
from pinshop.site.demo.browser import Browser

QUANTITY = 100
SPEC = {"process": "soft_enamel", "plating": "gold", "size_mm": 30, "attachment": "butterfly", "packaging": "polybag"}
NAME = "Dana Demo"
ADDRESS = {
    "name": NAME,
    "line1": "1 Harbour Road",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "country": "US",
}
STAGES = ("tooling", "struck", "plated", "filled", "cured", "quality_check", "packed", "shipped")
# What the buyer is told, in this order.
MAILS = (
    "Your order",
    "is paid",
    "Your proof",
    "You approved",
    "is in production",
    "is on its way",
    "was delivered",
)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where everything is, and how to log in."""

    settings: dict[str, str]
    staff_password: str
    api_key: str

    def shop(self) -> Api:
        """The shop's API with the business's key."""
        return Api(f"{self.settings['BASE_URL']}/api/v1", {"Authorization": f"Bearer {self.api_key}"})

    def stripe(self) -> Api:
        """The payment provider's API."""
        base, key = self.settings["STRIPE_API_BASE"], self.settings["STRIPE_SECRET_KEY"]
        return Api(f"{base}/v1", {"Authorization": f"Bearer {key}"})

    def factory(self) -> Api:
        """The manufacturer's API."""
        base, token = self.settings["SAMPLE_FACTORY_URL"], self.settings["SAMPLE_FACTORY_TOKEN"]
        return Api(f"{base}/v1", {"Authorization": f"Bearer {token}"})

    def carrier(self) -> Api:
        """The carrier's API."""
        base, token = self.settings["CARRIER_API_BASE"], self.settings["CARRIER_API_TOKEN"]
        return Api(f"{base}/v1", {"Authorization": f"Bearer {token}"})

    def mail(self) -> Api:
        """The mail catcher."""
        return Api(f"{self.settings['MAIL_PAGE_URL']}/api", {})


@dataclass
class Journey:
    """One order on its way. `said` prints a line; files go to `folder`."""

    parts: Parts
    artwork: Path
    folder: Path
    say: Callable[[str], None]
    started: float = field(default_factory=time.monotonic)
    # A mailbox of this order's own, so that every mail in it is about this order.
    email: str = field(default_factory=lambda: f"demo-{secrets.token_hex(4)}@example.com")
    design: dict[str, Any] = field(default_factory=dict)
    quote: dict[str, Any] = field(default_factory=dict)
    order: dict[str, Any] = field(default_factory=dict)
    proof: dict[str, Any] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Time a step; what is appended to the list is printed beside it."""
        began = time.monotonic()
        told: list[str] = []
        yield told
        now = time.monotonic()
        self.say(f"{now - self.started:7.1f} s  {now - began:6.1f} s  {name:<14} {'; '.join(told)}")

    def run(self) -> None:
        """Every step in turn; raises StepFailed at the first that did not happen."""
        self.say("     at       took   step")
        for each in (
            self.upload,
            self.mend,
            self.ask_price,
            self.place_order,
            self.pay,
            self.check_as_staff,
            self.approve,
            self.hand_over,
            self.follow_production,
            self.receive,
            self.read_back,
            self.keep_documents,
        ):
            each()

    def upload(self) -> None:
        """The artwork goes up as a form with a file; a worker flattens it."""
        shop, content = self.parts.shop(), self.artwork.read_bytes()
        kind = mimetypes.guess_type(self.artwork.name)[0] or "application/octet-stream"
        with self.step("upload") as told:
            form = {"spec": json.dumps(SPEC), "rights_accepted": "true"}
            made = shop.post("/designs", files={"file": (self.artwork.name, content, kind)}, data=form)
            told.append(f"{self.artwork.name}, {len(content) / 1024:.0f} kB, design {made['id'][:8]}")
        with self.step("flattening") as told:
            self.design = self._wait_for_design(made["id"])
            measures, report = self.design["measures"], self.design["report"]
            told.append(f"{measures['width_mm']:.1f} x {measures['height_mm']:.1f} mm")
            told.append(f"{len(measures['colours'])} colours, {measures['weight_g']:.1f} g")
            told.append(f"{len(report['changes'])} changes")
            told.extend(self.design["notes"][:2])

    def mend(self) -> None:
        """Where something cannot be made, take the mend that is offered; printing is the last resort."""
        with self.step("report") as told:
            for _ in range(6):
                blocking = [each for each in self.design["report"]["findings"] if each["severity"] == "block"]
                if not blocking:
                    break
                self._take_mend(blocking[0], told)
            else:
                raise StepFailed(f"after six mends this still blocks: {blocking[0]['message']}")
            found = self.design["report"]["findings"]
            told.append(f"can be made; {len(found)} remarks" if found else "can be made, nothing to remark")

    def _take_mend(self, finding: dict[str, Any], told: list[str]) -> None:
        shop, path = self.parts.shop(), f"/designs/{self.design['id']}"
        told.append(f"blocked by {finding['rule']} ({finding['message']})")
        if finding["mends"]:
            told.append(f"took the mend '{finding['mends'][0]}'")
            shop.post(f"{path}/mends", {"mend": finding["mends"][0]})
        else:
            told.append("no mend is offered, so it is printed")
            change = {"spec": {"process": "offset_print"}}
            shop.patch(path, change, version=f'"{self.design["version"]}"')
        self.design = self._wait_for_design(self.design["id"])

    def _wait_for_design(self, design_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.parts.shop().wait(
            f"/designs/{design_id}", lambda design: not design["busy"], what="flattening"
        )
        if found["state"] != "ready":
            reason = (found["failure"] or {}).get("message", found["state"])
            raise StepFailed(f"the artwork was not accepted: {reason}")
        return found

    def ask_price(self) -> None:
        """A binding quote."""
        with self.step("quote") as told:
            line = {"design_id": self.design["id"], "quantity": QUANTITY}
            self.quote = self.parts.shop().post("/quotes", {"lines": [line], "country": "US", "currency": "USD"})
            items = self.quote["lines"][0]["items"]
            told.append(f"{self.quote['number']}: {QUANTITY} pins, {self._money(self.quote['total_minor'])}")
            told.append(", ".join(f"{item['label']} {self._money(item['amount_minor'])}" for item in items[:3]))

    def place_order(self) -> None:
        """The order comes from the quote and names the total that was shown."""
        with self.step("order") as told:
            wanted = {"quote_id": self.quote["id"], "shown_total_minor": self.quote["total_minor"]}
            self.order = self.parts.shop().post(
                "/orders", {**wanted, "contact": {"email": self.email, "name": NAME}, "address": ADDRESS}
            )
            told.append(f"{self.order['number']}, {self._money(self.order['total_minor'])}")

    def pay(self) -> None:
        """On the provider's own page, with Stripe's documented test card."""
        with self.step("payment") as told:
            browser = Browser()
            page = browser.open(self.order["payment_url"])
            if "TEST" not in page.text:
                raise StepFailed("the payment page does not say that it is a test")
            card = {"email": self.email, "number": "4242424242424242", "expiry": "12/34", "cvc": "123"}
            back = browser.submit(page, page.form("number"), {**card, "name": NAME})
            if not back.url.startswith(self.parts.settings["BASE_URL"]):
                raise StepFailed(f"the payment page did not come back to the shop but to {back.url}")
            self.order = self._wait_for_order(lambda order: bool(order["paid_at"]), "the payment")
            told.append("card 4242 in the sandbox, paid")

    def check_as_staff(self) -> None:
        """A staff member looks at the proof in the admin and sends it to the customer."""
        line = self.order["lines"][0]["id"]
        with self.step("proof drawn") as told:
            self.order = self._wait_for_order(lambda order: bool(order["lines"][0]["proof_id"]), "the proof's request")
            path = f"/proofs/{self.order['lines'][0]['proof_id']}"
            self.proof = self.parts.shop().wait(path, lambda proof: bool(proof["proof_hash"]), what="drawing the proof")
            told.append(f"revision {self.proof['revision']}, hash {self.proof['proof_hash'][:16]}")
        with self.step("staff check") as told:
            browser, base = Browser(), self.parts.settings["BASE_URL"]
            login = browser.open(f"{base}/admin/login/")
            who = {"username": "staff@pinshop.example", "password": self.parts.staff_password}
            browser.submit(login, login.form("username"), who)
            bench = browser.open(f"{base}/admin/designs/proof/{self.proof['id']}/change/")
            browser.submit(bench, bench.form("/send/"), {})
            self.order = self._wait_for_order(
                lambda order: order["lines"][0]["state"] == "awaiting_approval", "the sending"
            )
            told.append(f"sent to the customer (line {line[:8]})")

    def approve(self) -> None:
        """The customer approves exactly one hash at one price."""
        with self.step("approval") as told:
            line = self.order["lines"][0]
            yes = {
                "proof_hash": self.proof["proof_hash"],
                "shown_total_minor": line["total_minor"],
                "terms_accepted": True,
            }
            self.proof = self.parts.shop().post(f"/proofs/{self.proof['id']}/approve", yes)
            told.append(f"terms {self.proof['approval']['terms_version']}, {self._money(line['total_minor'])}")

    def hand_over(self) -> None:
        """The factory has the order, with the very hash that was approved."""
        with self.step("hand-off") as told:
            path = f"/production-orders?proof_hash={self.proof['proof_hash']}"
            found = self.parts.factory().wait(path, lambda answer: bool(answer["data"]), what="the hand-off")
            self.made = found["data"][0]
            _same("proof hash", approved=self.proof["approval"]["proof_hash"], factory=self.made["proof_hash"])
            _same("quantity", order=QUANTITY, factory=self.made["quantity"])
            told.append(f"{self.made['id']} has hash {self.made['proof_hash'][:16]}")

    def follow_production(self) -> None:
        """Each stage, as the factory reports it and as the shop shows it."""
        for stage in STAGES:
            with self.step(stage) as told:
                self.order = self._wait_for_order(lambda order, stage=stage: _reached(order, stage), stage)  # type: ignore[misc]  # a loop variable bound early
                moment = next(entry for entry in self.order["timeline"] if entry["action"].endswith(stage))
                told.append(moment["text"])
        self.made = self.parts.factory().get(f"/production-orders/{self.made['id']}")
        _same("packed quantity", ordered=QUANTITY, packed=self.made["packed_quantity"])

    def receive(self) -> None:
        """The parcel arrives: the carrier says so to the shop."""
        with self.step("delivered") as told:
            self.order = self._wait_for_order(lambda order: order["state"] == "delivered", "the delivery")
            number = self.order["shipments"][0]["tracking_numbers"][0]
            parcel = self.parts.carrier().get(f"/parcels/{number}")
            _same("parcel", factory=self.made["tracking"]["number"], shop=number)
            _same("parcel's state", carrier=parcel["status"], shop=self.order["shipments"][0]["state"])
            last = next(entry for entry in self.order["timeline"] if entry["action"].endswith("delivered"))
            told.append(f"{number}: {last['text']} ({last['actor']} said so)")

    def read_back(self) -> None:
        """The totals of quote, order, payment session and invoice are one number; the mails are there."""
        with self.step("totals") as told:
            sessions = self.parts.stripe().get("/checkout/sessions?limit=100")["data"]
            tries = {each["id"] for each in self.order["payments"]}
            paid = [each for each in sessions if each["metadata"].get("payment_id") in tries]
            if len(paid) != 1:
                raise StepFailed(f"the provider knows {len(paid)} payment pages of this order, not 1")
            session = paid[0]
            invoice = self._document("invoice")
            printed = self._money(self.order["total_minor"])
            if printed not in _text(invoice):
                raise StepFailed(f"the invoice does not say {printed}")
            _same(
                "total",
                quote=self.quote["total_minor"],
                order=self.order["total_minor"],
                session=session["amount_total"],
            )
            _same(
                "payment",
                captured=sum(each["captured_minor"] for each in self.order["payments"]),
                total=self.order["total_minor"],
            )
            told.append(f"quote, order, payment session and invoice all say {printed}")
        with self.step("mails") as told:
            box = self.parts.mail().wait(
                f"/messages?to={quote(self.email)}",
                lambda found: len(found["messages"]) >= len(MAILS),
                what=f"the last of {len(MAILS)} mails to {self.email}",
            )
            subjects = [mail["subject"] for mail in reversed(box["messages"])]
            missing = [words for words in MAILS if not any(words in subject for subject in subjects)]
            if missing or len(subjects) != len(MAILS):
                raise StepFailed(f"the mails to {self.email} are {subjects}; missing: {missing}")
            told.append(f"{len(subjects)} to {self.email}, from '{subjects[0]}' to '{subjects[-1]}'")

    def keep_documents(self) -> None:
        """Everything that was made, to look at."""
        with self.step("documents") as told:
            pictures = self.proof["files"]
            for each in pictures:
                name = "proof.pdf" if each["name"] == "pdf" else f"proof-{each['name']}.jpg"
                self._keep(name, self.parts.shop().get_bytes(each["url"]))
            self._keep("invoice.pdf", self._document("invoice"))
            files = f"/production-orders/{self.made['id']}/files"
            self._keep("tech-pack.pdf", self.parts.factory().get_bytes(f"{files}/tech_pack"))
            self._keep("die-lines.svg", self.parts.factory().get_bytes(f"{files}/die_lines"))
            told.append(f"{len(pictures) + 3} files in {self.folder}")

    def _document(self, kind: str) -> bytes:
        listed = self.parts.shop().get(f"/orders/{self.order['id']}/documents")["results"]
        found = next((each for each in listed if each["kind"] == kind), None)
        if found is None:
            raise StepFailed(f"the order has no {kind}")
        return self.parts.shop().get_bytes(found["url"])

    def _keep(self, name: str, content: bytes) -> None:
        if not content:
            raise StepFailed(f"{name} is empty")
        (self.folder / name).write_bytes(content)

    def _wait_for_order(self, done: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        found: dict[str, Any] = self.parts.shop().wait(f"/orders/{self.order['id']}", done, what=what, seconds=180)
        return found

    def _money(self, minor: int) -> str:
        return format_money(minor, self.quote.get("currency", "USD"))


def _reached(order: dict[str, Any], stage: str) -> bool:
    return any(entry["action"].endswith(stage) for entry in order["timeline"])


def _same(what: str, **values: object) -> None:
    """Raises StepFailed where the values are not one."""
    if len({str(value) for value in values.values()}) != 1:
        raise StepFailed(f"the {what} differs: {', '.join(f'{name} {value}' for name, value in values.items())}")


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)
