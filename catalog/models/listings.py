"""What search, facets and sorting read: one narrow row for each published pin, made from its facts by `services.listings`.

Nothing here is a truth of its own: every row can be thrown away and made again.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import CombinedExpression

from catalog.models.pins import Pin
from pinshop.core.money import MINOR_DIGITS

LANGUAGE = "english"  # whose endings are cut off words, so that foxes find the fox


def _vector() -> CombinedExpression:
    name, tags, makers, story = (
        SearchVector(column, weight=weight, config=LANGUAGE)
        for column, weight in (("name", "A"), ("tags", "B"), ("makers", "C"), ("story", "D"))
    )
    return name + tags + makers + story


class Listing(models.Model):
    """A published pin as a list finds it; all texts are folded: small letters without accents.

    `name` and `tags` (with the series) weigh more in a search than `makers` (artist, cause), and these more than `story`.
    `facets` holds a `kind:value` for everything a list can be narrowed by that does not change with sales.
    """

    pin = models.OneToOneField(Pin, primary_key=True, on_delete=models.CASCADE, related_name="listing")
    published_at = models.DateTimeField()
    name = models.CharField(max_length=200)
    tags = models.TextField(blank=True)
    makers = models.TextField(blank=True)
    story = models.TextField(blank=True)
    card = models.JSONField(default=dict, help_text="What a list shows of it: see services.listings.")
    facets = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    vector = models.GeneratedField(expression=_vector(), output_field=SearchVectorField(), db_persist=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-published_at", "-pin"], name="catalog_listing_newest"),
            models.Index(fields=["name", "pin"], name="catalog_listing_name"),
            GinIndex(fields=["vector"], name="catalog_listing_words"),
            GinIndex(fields=["facets"], name="catalog_listing_facets"),
        ]

    def __str__(self) -> str:
        return self.name


class ListingPrice(models.Model):
    """The lowest price of a pin in a currency it is sold in."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS])
    price_minor = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["currency", "price_minor", "listing"], name="catalog_listingprice_order")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["listing", "currency"], name="catalog_listingprice_once"),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="catalog_listingprice_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.currency}"


class SearchWord(models.Model):
    """A word that some listing holds: what a mistyped one may have meant."""

    word = models.CharField(primary_key=True, max_length=40)

    class Meta:
        ordering: ClassVar = ["word"]
        indexes: ClassVar = [GistIndex(fields=["word"], name="catalog_searchword_like", opclasses=["gist_trgm_ops"])]

    def __str__(self) -> str:
        return self.word
