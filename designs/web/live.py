"""The live pin of a design, for scripts that show it anew after the server has flattened it again."""

from dataclasses import asdict
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from designs.selectors import designs
from designs.web import shown
from designs.web.access import answers_refusals
from pinshop.accounts import owners


@require_safe
@answers_refusals
def show(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """`version` and `busy` of the design, and `live`: where its bundle lies and how it is made, null before there is one.

    While the design is busy the bundle is that of the version that was drawn last.
    """
    design = designs.get_design(design_id=design_id, owner=owners.of_request(request))
    found = shown.find_live(design)
    return JsonResponse(
        {"version": design.version, "busy": designs.is_busy(design), "live": asdict(found) if found else None}
    )
