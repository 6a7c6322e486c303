"""Lists in pages that stay stable while rows are added."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Newest first: `?cursor=` from `next` or `previous`, `?limit=` up to 100."""

    ordering = ("-created_at", "-id")
    page_size_query_param = "limit"
    max_page_size = 100
