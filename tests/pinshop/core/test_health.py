"""Health: alive is one thing, able to work is another, and what fails is named."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pinshop.core import broker, health
from pinshop.local import ports

ALL_OK = {"database": "ok", "broker": "ok", "queue render": "ok", "queue default": "ok", "queue outbound": "ok"}


@pytest.fixture
def _beating(now: datetime, time_at) -> None:
    time_at(now)
    for queue in ("render", "default", "outbound"):
        health.beat(queue=queue, now=now)


def test_healthz_asks_nothing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
@pytest.mark.usefixtures("_beating")
def test_shop_is_ready_when_everything_answers(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "checks": ALL_OK})
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.usefixtures("_beating")
def test_queue_that_nobody_consumes_is_named(client: Client, now: datetime, time_at) -> None:
    later = now + timedelta(seconds=91)
    for queue in ("default", "outbound"):
        health.beat(queue=queue, now=later)
    time_at(later)
    response = client.get("/readyz")
    expected = {**ALL_OK, "queue render": "no worker has taken a task for 91 s"}
    assert (response.status_code, response.json()) == (503, {"ready": False, "checks": expected})


@pytest.mark.django_db
def test_queues_without_any_worker_are_named(client: Client) -> None:
    checks = client.get("/readyz").json()["checks"]
    assert {checks[f"queue {name}"] for name in ("render", "default", "outbound")} == {"no worker has taken a task yet"}


@pytest.mark.django_db
@pytest.mark.usefixtures("_beating")
def test_broker_that_is_down_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    down = type(broker.app)("down", broker=f"redis://127.0.0.1:{ports.find_free()}/0")
    monkeypatch.setattr(broker, "app", down)
    response = client.get("/readyz")
    checks = response.json()["checks"]
    assert response.status_code == 503
    assert checks.pop("broker").startswith("no answer: ")
    assert {**checks, "broker": "ok"} == ALL_OK


@pytest.mark.django_db(transaction=True)
def test_database_that_is_down_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", str(ports.find_free()))
    response = client.get("/readyz")
    monkeypatch.undo()
    connection.close()
    unknown = "not known without the database"
    assert response.status_code == 503
    assert response.json()["checks"] == {
        "database": "no answer: OperationalError",
        "broker": "ok",
        "queue render": unknown,
        "queue default": unknown,
        "queue outbound": unknown,
    }


@pytest.mark.django_db
def test_tasks_beat_for_their_queue(now: datetime, time_at) -> None:
    from pinshop.core import tasks

    time_at(now)
    tasks.heartbeat(queue="render")
    tasks.heartbeat(queue="render", unknown="arguments of a newer version are ignored")
    checks: dict[str, Any] = {check.name: check.problem for check in health.list_checks(now=now)}
    assert checks["queue render"] == ""
