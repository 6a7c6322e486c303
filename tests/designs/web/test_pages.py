"""The page of a design: its owner's, and nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designs.models import Design
from designs.services import choices
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.models import AuditEntry, OutboxMessage
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(client: Client) -> Client:
    """The browser of the guest who owns the tests' designs."""
    session = client.session
    session["guest_key"] = "guest-of-the-tests"
    session.save()
    return client


def _form(design: Design, **changed: str) -> dict[str, str]:
    kept = {name: str(design.spec[name]) for name in ("process", "plating", "attachment", "packaging", "size_mm")}
    return {**kept, "version": str(design.version), **changed}


def test_page_names_findings_colours_and_mends(mine: Client, flattened: Receive) -> None:
    design = flattened(artworks.TWO_PIECES)
    text = mine.get(reverse("designs:detail", args=[design.id])).content.decode()
    for words in ("Must be mended", "Join the pieces by metal bridges", "one metal plate", "2 colours", 'class="mark'):
        assert words in text, words


def test_mend_button_mends(mine: Client, flattened: Receive) -> None:
    design = flattened(artworks.TWO_PIECES)
    for _ in range(2):
        answer = mine.post(reverse("designs:mend", args=[design.id]), {"mend": "bridge"})
        assert answer.status_code == 302
    outbox.drain()
    text = mine.get(reverse("designs:detail", args=[design.id])).content.decode()
    assert "Must be mended" not in text
    gone = mine.post(reverse("designs:mend", args=[design.id]), {"mend": "bridge"})
    assert (gone.status_code, "This is mended" in gone.content.decode()) == (409, True)


def test_live_pin_is_the_owners_and_follows_the_choices(mine: Client, flattened: Receive) -> None:
    design = flattened()
    address = reverse("designs:live", args=[design.id])
    told = mine.get(address).json()
    src = told["live"]["src"]
    assert told == {
        "version": 1,
        "busy": False,
        "live": {"src": src, "process": "soft_enamel", "plating": "gold", "epoxy": False},
    }
    answer = mine.get(src)
    assert (answer.status_code, b"".join(answer)[:4]) == (200, b"PIN2")
    assert f'<live-pin src="{src}" process="soft_enamel" plating="gold" form="choices"' in (
        mine.get(reverse("designs:detail", args=[design.id])).content.decode()
    )
    mine.post(reverse("designs:change", args=[design.id]), _form(design, plating="silver", addon="epoxy_dome:1"))
    changed = mine.get(address).json()
    assert (changed["version"], changed["busy"], changed["live"]["plating"]) == (2, True, "silver")
    assert changed["live"]["epoxy"] is True
    assert Client().get(address).status_code == 404


def test_choices_change_the_pin(mine: Client, flattened: Receive) -> None:
    design = flattened()
    sent = _form(design, plating="silver", addon="cut_out:2", effect_2="glitter")
    for _ in range(2):
        assert mine.post(reverse("designs:change", args=[design.id]), sent).status_code == 302
    design.refresh_from_db()
    assert (design.version, design.spec["plating"], design.spec["rush"]) == (2, "silver", False)
    assert design.spec["addons"] == [["cut_out", 2], ["glitter", 1]]
    assert design.flatten["effects"] == {"2": "glitter"}


def test_new_size_brings_its_usual_thickness(mine: Client, flattened: Receive) -> None:
    design = flattened()
    mine.post(reverse("designs:change", args=[design.id]), _form(design, size_mm="44"))
    design.refresh_from_db()
    assert (design.spec["size_mm"], design.spec["thickness_mm"]) == (44.0, 1.5)


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"process": "hard_enamel", "plating": "antique_gold"}, 422, "cannot be combined with hard enamel"),
        ({"size_mm": "very"}, 422, "size_mm: Enter a number."),
        ({"version": "7", "plating": "silver"}, 409, "changed in another window"),
        ({"plating": "unobtainium"}, 422, "unobtainium"),
        ({"addon": "no_such:1"}, 422, "no_such"),
    ],
    ids=["antique hard", "no number", "old version", "no such plating", "no such add-on"],
)
def test_choice_that_is_refused_says_why_and_changes_nothing(
    mine: Client, flattened: Receive, changed: dict[str, str], status: int, words: str
) -> None:
    design = flattened()
    answer = mine.post(reverse("designs:change", args=[design.id]), _form(design, **changed))
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert Design.objects.get(id=design.id).version == 1


def test_refused_design_says_why(mine: Client, flattened: Receive) -> None:
    design = flattened()
    Design.objects.filter(id=design.id).update(
        state="refused", refused_ground="rights", refused_note="This is a film's figure."
    )
    assert "a film&#x27;s figure" in mine.get(reverse("designs:detail", args=[design.id])).content.decode()


def _sign_in(client: Client, email: str, **flags: Any) -> None:
    client.force_login(User.objects.create_user(email, **flags))


STRANGERS: dict[str, Callable[[Client], None]] = {
    "anonymous": lambda _client: None,
    "customer": lambda client: _sign_in(client, "other@example.com"),
    "staff": lambda client: _sign_in(client, "staff@example.com", is_staff=True),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_other_peoples_designs_are_not_found_and_stay_as_they_are(
    client: Client, flattened: Receive, stranger: str
) -> None:
    design = flattened(artworks.TWO_PIECES)
    STRANGERS[stranger](client)
    before = (OutboxMessage.objects.count(), AuditEntry.objects.count())
    for name, data in (
        ("detail", None),
        ("status", None),
        ("change", _form(design, plating="silver")),
        ("mend", {"mend": "bridge"}),
        ("step", {"version": "1", "number": "0"}),
        ("share", {}),
        ("duplicate", {"key": "0" * 32}),
        ("enamel_at", None),
        ("replace", {"version": "1", "rights": "on", "key": "0" * 32, "sample": "axolotl.svg"}),
    ):
        url = reverse(f"designs:{name}", args=[design.id])
        answer = client.get(url) if data is None else client.post(url, data)
        assert answer.status_code == 404, name
    palette = reverse("designs:enamel", args=[design.id, 2])
    assert [client.get(palette).status_code, client.post(palette, {"version": "1", "cut": "on"}).status_code] == [
        404,
        404,
    ]
    design.refresh_from_db()
    assert (design.version, design.spec["plating"]) == (1, "gold")
    assert (OutboxMessage.objects.count(), AuditEntry.objects.count()) == before


def test_customer_sees_the_own_design_after_login(client: Client, flattened: Receive) -> None:
    user = User.objects.create_user("robin@example.com")
    design = flattened(owner=Owner(user_id=user.pk))
    client.force_login(user)
    assert client.get(reverse("designs:detail", args=[design.id])).status_code == 200


def test_words_exist_for_every_mend_that_is_offered() -> None:
    assert set(choices._MENDS) == set(choices.MENDS)


def test_proof_fragment_shows_pictures_sheet_findings_and_comments(rendered: Any, staff: Any, now: Any) -> None:
    from uuid import uuid4

    from django.template.loader import render_to_string

    from designs.services import comments
    from designs.web import shown

    proof = rendered(artworks.TWO_PIECES)
    comments.add(proof_id=proof.id, comment_id=uuid4(), text="Redder?", spot=(1, 2), actor=staff, now=now)
    text = render_to_string("designs/_proof.html", shown.proof_context(proof))
    for words in (
        "Revision 1",
        "The proof sheet as PDF",
        "Must be mended",
        "Redder?",
        "at 1.0 / 2.0 mm",
        "Back at full",
    ):
        assert words in text, words
