"""Reading the endpoints of a business."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from pinshop.core.errors import NotFound
from pinshop.webhooks.models import Endpoint


def list_endpoints(*, business_id: UUID, live: bool) -> QuerySet[Endpoint]:
    """The endpoints of one side of a business that are not deleted, newest first; those a 410 disabled are among them."""
    return Endpoint.objects.filter(business_id=business_id, live=live, deleted_at=None).order_by("-created_at", "-id")


def get_endpoint(*, endpoint_id: UUID, business_id: UUID, live: bool) -> Endpoint:
    """One of them; raises NotFound."""
    endpoint = list_endpoints(business_id=business_id, live=live).filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound(gettext("There is no such endpoint."))
    return endpoint
