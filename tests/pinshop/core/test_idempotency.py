"""A write that is sent twice happens once."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Q

from pinshop.core import idempotency
from pinshop.core.errors import Invalid
from pinshop.core.models import IdempotencyKey
from tests import races


def _claim(now: datetime, request: str = "a", key: str = "k") -> idempotency.Claim:
    return idempotency.claim(scope="s", key=key, request=request, now=now)


@pytest.mark.django_db
def test_answer_is_replayed_also_when_it_was_a_refusal(now: datetime) -> None:
    idempotency.complete(_claim(now), status=422, answer={"detail": "no"})
    assert _claim(now + timedelta(hours=23)).answer == (422, {"detail": "no"})


@pytest.mark.django_db
def test_running_request_is_not_run_again(now: datetime) -> None:
    _claim(now)
    with pytest.raises(idempotency.KeyInUse) as refused:
        _claim(now + timedelta(seconds=59))
    assert (refused.value.status, refused.value.extra) == (409, {"retry_after": 5})


@pytest.mark.django_db
def test_key_of_a_process_that_died_is_free_after_a_minute(now: datetime) -> None:
    first = _claim(now)
    second = _claim(now + idempotency.LOCK)
    assert (second.row_id, second.answer) == (first.row_id, None)


@pytest.mark.django_db
def test_late_process_neither_answers_nor_frees_the_key_that_another_holds(now: datetime) -> None:
    late = _claim(now)
    holder = _claim(now + idempotency.LOCK)
    assert idempotency.release(late) is False
    assert idempotency.complete(late, status=201, answer={"who": "late"}) is False
    assert idempotency.complete(holder, status=201, answer={"who": "holder"}) is True
    assert _claim(now + timedelta(minutes=5)).answer == (201, {"who": "holder"})


@pytest.mark.django_db
def test_released_key_may_be_tried_again_at_once(now: datetime) -> None:
    assert idempotency.release(_claim(now)) is True
    assert _claim(now).answer is None


@pytest.mark.django_db
def test_same_key_with_another_request_is_refused(now: datetime) -> None:
    _claim(now, "a")
    with pytest.raises(idempotency.KeyReused) as refused:
        _claim(now, "b")
    assert refused.value.status == 422


@pytest.mark.django_db
def test_key_is_forgotten_after_24_hours(now: datetime) -> None:
    idempotency.complete(_claim(now), status=201, answer=1)
    assert _claim(now + timedelta(hours=24) - timedelta(seconds=1)).answer == (201, 1)
    assert _claim(now + timedelta(hours=24), "b").answer is None


@pytest.mark.django_db
def test_sweep_deletes_the_keys_of_yesterday(now: datetime) -> None:
    _claim(now - idempotency.KEEP, key="old")
    _claim(now, key="new")
    assert idempotency.sweep(now=now) == 1
    assert IdempotencyKey.objects.get().key == "new"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 256])
def test_key_of_a_wrong_length_is_refused(key: str, now: datetime) -> None:
    with pytest.raises(Invalid, match="1 to 255"):
        _claim(now, key=key)


def test_fingerprint_keeps_parts_apart() -> None:
    assert idempotency.fingerprint(b"ab", b"c") != idempotency.fingerprint(b"a", b"bc")


@pytest.mark.django_db(transaction=True)
def test_sixteen_requests_with_a_new_key_run_once(now: datetime) -> None:
    results = races.run(lambda: _claim(now))
    assert sum(isinstance(result, idempotency.Claim) for result in results) == 1
    assert sum(isinstance(result, idempotency.KeyInUse) for result in results) == 15


@pytest.mark.django_db(transaction=True)
def test_sixteen_requests_take_over_a_dead_claim_once(now: datetime) -> None:
    _claim(now)
    results = races.run(lambda: _claim(now + idempotency.LOCK))
    assert sum(isinstance(result, idempotency.Claim) for result in results) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_condition_they_take_it_over_many_times(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the condition of the takeover is what keeps the race out."""
    monkeypatch.setattr(idempotency, "_free", lambda _now: Q())
    _claim(now)
    results = races.run(lambda: _claim(now + idempotency.LOCK))
    assert sum(isinstance(result, idempotency.Claim) for result in results) > 1
