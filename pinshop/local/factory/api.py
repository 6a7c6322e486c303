from collections.abc import Callable
from functools import partial, wraps

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path

from pinshop.local import faults
from pinshop.local.factory import intake, photo, production
from pinshop.local.factory.production import STAGES, Factory
from pinshop.local.partner import problem, refuse_stranger
from pinshop.local.web import Urls

_CONTENT_TYPES = {"tech_pack": "application/pdf", "die_lines": "image/svg+xml"}

View = Callable[..., HttpResponseBase]


def urls(factory: Factory, *, token: str) -> Urls:
    """The API and the pages of the factory."""

    def guarded(view: View, *methods: str) -> View:
        return _guard(partial(view, factory), factory=factory, token=token, methods=methods)

    orders = "v1/production-orders"
    return (
        path("", partial(documentation, factory)),
        path("orders/<str:order_id>", partial(order_page, factory)),
        path(orders, guarded(create_or_list, "GET", "POST")),
        path(f"{orders}/<str:order_id>", guarded(retrieve, "GET")),
        path(f"{orders}/<str:order_id>/cancel", guarded(cancel, "POST")),
        path(f"{orders}/<str:order_id>/files/<str:name>", guarded(download, "GET")),
        path(f"{orders}/<str:order_id>/photos/quality_check.png", guarded(quality_photo, "GET")),
        path("v1/faults", _guard(factory.faults.switch, factory=None, token=token, methods=("POST",))),
    )


def _guard(view: View, *, factory: Factory | None, token: str, methods: tuple[str, ...]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, **ids: str) -> HttpResponseBase:
        fault = factory.faults.take(faults.REQUEST_MODES) if factory else None
        failed = faults.before(fault, request) or refuse_stranger(request, token)
        if failed is None and request.method not in methods:
            failed = problem(405, "Method not allowed", f"Use {' or '.join(methods)}.")
        if failed is not None:
            return failed
        response = view(request, **ids)
        faults.linger(fault)
        return faults.after(fault, response) if isinstance(response, HttpResponse) else response

    return guarded


def create_or_list(factory: Factory, request: HttpRequest) -> HttpResponse:
    """`POST` takes an order; `GET ?reference=` or `?proof_hash=` lists those that came with it, newest first."""
    if request.method == "POST":
        return create(factory, request)
    wanted = {name: request.GET[name] for name in ("reference", "proof_hash") if name in request.GET}
    if not wanted:
        return problem(400, "Nothing to look for", "Name a reference or a proof_hash.")
    every = factory.store.list_newest("production_order")
    found = [order for order in every if all(order[name] == value for name, value in wanted.items())]
    return JsonResponse({"data": [production.public(order) for order in found]})


def create(factory: Factory, request: HttpRequest) -> HttpResponse:
    """`POST /v1/production-orders`."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= 255:
        return problem(400, "No idempotency key", "Send a header Idempotency-Key of 1 to 255 characters.")
    try:
        package = intake.read(request)
    except intake.IncompleteOrder as refused:
        detail = f"We cannot make this order. Please mend: {', '.join(sorted(refused.fields))}."
        return problem(422, "Incomplete order", detail, refused.fields)
    base_url = f"{request.scheme}://{request.get_host()}"
    try:
        order, is_new = production.accept(factory, package, key=key, base_url=base_url)
    except production.KeyReused:
        return problem(409, "Key reused", "This Idempotency-Key belongs to an order with other contents.")
    response = JsonResponse(production.public(order), status=201)
    if not is_new:
        response["Idempotent-Replayed"] = "true"
    return response


def retrieve(factory: Factory, _request: HttpRequest, order_id: str) -> HttpResponse:
    """`GET /v1/production-orders/{id}`."""
    order = factory.store.find("production_order", order_id)
    if order is None:
        return _no_order(order_id)
    return JsonResponse(production.public(order))


def cancel(factory: Factory, _request: HttpRequest, order_id: str) -> HttpResponse:
    """`POST /v1/production-orders/{id}/cancel`."""
    order = factory.store.find("production_order", order_id)
    if order is None:
        return _no_order(order_id)
    try:
        return JsonResponse(production.public(production.cancel(factory, order)))
    except production.TooLate as late:
        return problem(409, "Too late", f"The order is {late} and can no longer be cancelled.")


def download(factory: Factory, _request: HttpRequest, order_id: str, name: str) -> HttpResponseBase:
    """`GET /v1/production-orders/{id}/files/{name}`: the file as we received it."""
    order = factory.store.find("production_order", order_id)
    if order is None or name not in order["files"]:
        return _no_order(order_id)
    content = (factory.files / order["files"][name]["sha256"]).open("rb")
    return FileResponse(
        content, as_attachment=True, filename=order["files"][name]["filename"], content_type=_CONTENT_TYPES[name]
    )


def quality_photo(factory: Factory, _request: HttpRequest, order_id: str) -> HttpResponse:
    """`GET /v1/production-orders/{id}/photos/quality_check.png`."""
    order = factory.store.find("production_order", order_id)
    if order is None:
        return _no_order(order_id)
    return HttpResponse(photo.png(order["plating"]), content_type="image/png")


def documentation(factory: Factory, request: HttpRequest) -> HttpResponse:
    """The API's documentation, and the orders that came in."""
    context = {
        "stages": STAGES,
        "orders": factory.store.list_newest("production_order", limit=25),
        "stage_seconds": factory.stage_seconds,
        "modes": ("none", *faults.REQUEST_MODES, *factory.faults.message_modes),
    }
    return render(request, "documentation.html", context)


def order_page(factory: Factory, request: HttpRequest, order_id: str) -> HttpResponse:
    """One order: what was sent, its stages, and how the reports arrived."""
    order = factory.store.find("production_order", order_id)
    if order is None:
        return _no_order(order_id)
    reached = {entry["stage"]: entry["at"] for entry in order["history"]}
    stages = [*STAGES, "cancelled"] if order["status"] == "cancelled" else STAGES
    context = {"order": order, "stages": [(stage, reached.get(stage)) for stage in stages]}
    return render(request, "order.html", context)


def _no_order(order_id: str) -> HttpResponse:
    return problem(404, "Not found", f"There is no production order {order_id}, or it has no such file.")
