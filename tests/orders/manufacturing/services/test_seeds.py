"""The manufacturers of a laptop."""

from datetime import datetime
from typing import Any

from orders.manufacturing.models import Manufacturer
from orders.manufacturing.services import routing, seeds
from pinshop.site import seed
from tests.orders.manufacturing.conftest import SECRET


def load(now: datetime, *, token: str = "t1", base_url: str = "http://127.0.0.1:8020/") -> int:
    return seeds.load_sample_manufacturers(base_url=base_url, token=token, secret=SECRET, now=now)


def test_seed_adds_both_once_and_follows_the_secrets_of_the_process(catalogue: None, now: datetime):
    assert [load(now), load(now, token="t2", base_url="http://127.0.0.1:8120")] == [2, 0]
    factory = Manufacturer.objects.get(name="Sample factory")
    assert (factory.base_url, factory.token, factory.webhook_secret) == ("http://127.0.0.1:8120", "t2", SECRET)


def test_seed_keeps_what_staff_changed(catalogue: None, now: datetime):
    load(now)
    Manufacturer.objects.update(active=False, position=7)
    load(now)
    assert set(Manufacturer.objects.values_list("active", "position")) == {(False, 7)}


def test_seeded_manufacturers_make_every_process_that_is_offered(catalogue: None, now: datetime):
    load(now)
    made = {
        process: routing.choose(process=process, live=live).name
        for live in (True, False)
        for process in ("soft_enamel", "hard_enamel", "die_struck", "cast_3d", "screen_print", "offset_print")
    }
    assert made == {
        **dict.fromkeys(made, "Sample factory"),
        "cast_3d": "Workshop by e-mail",
    }


def test_seed_of_the_shop_adds_manufacturers_only_where_a_sample_factory_runs(db: None, settings: Any, now: datetime):
    assert seed.load(now=now, pins=False).manufacturers == 0
    settings.SAMPLE_FACTORY_URL, settings.SAMPLE_FACTORY_TOKEN = "http://127.0.0.1:8020", "t"
    settings.SAMPLE_FACTORY_SECRET = SECRET
    assert [seed.load(now=now, pins=False).manufacturers for _ in range(2)] == [2, 0]
