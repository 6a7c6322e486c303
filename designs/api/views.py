"""Designs in the API: artwork in, its report and pictures out."""

import json
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import specs
from catalog.spec import PinSpec
from designs.api.examples import CHANGES, DESIGN, MEND, NEW_DESIGN
from designs.api.serializers import DesignChanges, DesignJson, DesignOutput, DesignUpload, MendInput
from designs.flatten import FlattenChoices
from designs.models import Design
from designs.selectors import designs
from designs.services import choices, uploads
from pinshop.accounts import owners
from pinshop.accounts.api.authentication import key_of
from pinshop.accounts.enums import Scope
from pinshop.core.api import inputs, pages
from pinshop.core.api.schema import IF_MATCH, example
from pinshop.core.api.views import ApiView
from pinshop.core.errors import Invalid


class DesignList(ApiView):
    """The designs of the key's business and side."""

    scopes = {"GET": Scope.DESIGNS_READ, "POST": Scope.DESIGNS_WRITE}

    @extend_schema(
        operation_id="listDesigns",
        parameters=pages.PARAMETERS,
        responses=pages.of(DesignOutput),
        examples=[example(pages.example_of(DESIGN))],
    )
    def get(self, request: Request) -> Response:
        """List designs, newest first."""
        rows = designs.list_designs(owner=owners.of_key(key_of(request))).prefetch_related("proofs")
        return pages.answer(rows, request, self, lambda design: DesignOutput(design).data)

    @extend_schema(
        operation_id="createDesign",
        request={"multipart/form-data": DesignUpload, "application/json": DesignJson},
        responses={201: DesignOutput},
        examples=[example(NEW_DESIGN, request=True), example(DESIGN, status="201")],
    )
    def post(self, request: Request) -> Response:
        """Upload artwork. A worker flattens it within seconds: read the design until `busy` is false."""
        key = key_of(request)
        values = _read_new(request)
        design = uploads.receive(
            content=values["content"],
            filename=values["filename"],
            owner=owners.of_key(key),
            rights_accepted=values["rights_accepted"],
            spec=PinSpec.from_json(specs.plain(values["spec"])),
            flatten=FlattenChoices.from_json(values.get("flatten", {})),
            actor=owners.actor_of_key(key),
            now=timezone.now(),
        )
        return _answer(design, status=201)


class DesignDetail(ApiView):
    """One design."""

    scopes = {"GET": Scope.DESIGNS_READ, "PATCH": Scope.DESIGNS_WRITE}

    @extend_schema(operation_id="getDesign", responses=DesignOutput, examples=[example(DESIGN)])
    def get(self, request: Request, design_id: UUID) -> Response:
        """Read a design with its report, colours and preview links."""
        return _answer(designs.get_design(design_id=design_id, owner=owners.of_key(key_of(request))))

    @extend_schema(
        operation_id="changeDesign",
        parameters=[IF_MATCH],
        request=DesignChanges,
        responses=DesignOutput,
        examples=[example(CHANGES, request=True), example(DESIGN)],
    )
    def patch(self, request: Request, design_id: UUID) -> Response:
        """Change what is ordered or how it is flattened. Size, process and flatten options flatten the artwork anew."""
        key = key_of(request)
        owner = owners.of_key(key)
        design = designs.get_design(design_id=design_id, owner=owner)
        version = inputs.version_of(request)
        wanted = inputs.read(DesignChanges, request.data)
        before = PinSpec.from_json(design.spec).to_json(), designs.choices_of(design).to_json()
        changed = choices.change(
            design_id=design_id,
            owner=owner,
            version=version,
            spec=PinSpec.from_json({**before[0], **specs.plain(wanted.get("spec", {}))}),
            flatten=FlattenChoices.from_json({**before[1], **wanted.get("flatten", {})}),
            actor=owners.actor_of_key(key),
            now=timezone.now(),
        )
        return _answer(changed)


class MendList(ApiView):
    """The mends of a design."""

    scopes = {"POST": Scope.DESIGNS_WRITE}

    @extend_schema(
        operation_id="mendDesign",
        request=MendInput,
        responses=DesignOutput,
        examples=[example(MEND, request=True), example(DESIGN)],
    )
    def post(self, request: Request, design_id: UUID) -> Response:
        """Take a mend that an open finding offers, and flatten the artwork anew."""
        key = key_of(request)
        owner = owners.of_key(key)
        designs.get_design(design_id=design_id, owner=owner)
        mended = choices.mend(
            design_id=design_id,
            owner=owner,
            mend=inputs.read(MendInput, request.data)["mend"],
            actor=owners.actor_of_key(key),
            now=timezone.now(),
        )
        return _answer(mended)


def _answer(design: Design, status: int = 200) -> Response:
    return Response(DesignOutput(design).data, status=status, headers={"ETag": f'"{design.version}"'})


def _read_new(request: Request) -> dict[str, Any]:
    """The upload in one shape, whether it came as JSON or as a form with JSON texts in it."""
    if not request.content_type.startswith("multipart/"):
        return inputs.read(DesignJson, request.data)
    form: dict[str, Any] = {**request.POST.dict(), **request.FILES.dict()}
    for name in ("spec", "flatten"):
        if name in form:
            form[name] = _json(name, form[name])
    values = inputs.read(DesignUpload, form)
    upload = values.pop("file")
    return {**values, "content": upload.read(), "filename": upload.name}


def _json(name: str, text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        raise Invalid(
            gettext("The form field %(name)s is not JSON.") % {"name": name},
            fields={name: gettext("Send JSON as text.")},
        ) from None
