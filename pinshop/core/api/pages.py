"""Lists in pages that stay stable while rows are added."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

PARAMETERS = [
    OpenApiParameter("cursor", str, description="Where to go on: taken from `next` or `previous`."),
    OpenApiParameter("limit", int, description="How many at most, 1 to 100; 50 where it is left out."),
]


class CursorPages(CursorPagination):
    """Newest first: `?cursor=` from `next` or `previous`, `?limit=` up to 100."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 100

    def get_ordering(self, request: Request, queryset: Any, view: APIView) -> tuple[str, ...]:
        """The order of the queryset itself, which ends in a unique field."""
        del request, view
        return tuple(queryset.query.order_by)


def answer(rows: QuerySet[Any], request: Request, view: APIView, show: Callable[[Any], Any]) -> Response:
    """One page of an ordered queryset as `{"next", "previous", "results"}`; `show` makes JSON of a row."""
    pages = CursorPages()
    page = pages.paginate_queryset(rows, request, view=view)
    return pages.get_paginated_response([show(row) for row in page or ()])


def of(kind: type[serializers.Serializer[Any]]) -> Any:
    """The schema of a page of `kind`."""
    return inline_serializer(
        f"{kind.__name__.removesuffix('Output')}Page",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": kind(many=True),
        },
    )


def example_of(row: dict[str, Any]) -> dict[str, Any]:
    """An example of a page with one row."""
    return {"next": None, "previous": None, "results": [row]}
