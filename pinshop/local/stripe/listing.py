import operator
from collections.abc import Callable
from fnmatch import fnmatchcase

from pinshop.local.store import Json
from pinshop.local.stripe import objects
from pinshop.local.stripe.errors import ApiError, missing
from pinshop.local.stripe.events import Sandbox

_USUAL, _MOST = 10, 100
_COMPARE = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}

# Which kind of object stands behind a field that holds an id.
_EXPANDABLE = {"payment_intent": "payment_intent", "latest_charge": "charge", "charge": "charge"}


def page(
    sandbox: Sandbox,
    kind: str,
    given: Json,
    *,
    url: str,
    equal: tuple[str, ...] = (),
    wanted: Callable[[Json], bool] = lambda _: True,
) -> Json:
    """A page of objects, newest first, as https://docs.stripe.com/api/pagination says.

    `equal` names the parameters that must equal the object's field of the same name.
    """
    found = [
        each
        for each in sandbox.store.list_newest(kind)
        if wanted(each)
        and all(each[name] == given[name] for name in equal if name in given)
        and _created_within(each["created"], given.get("created"))
    ]
    return cut(found, given, kind=kind, url=url)


def cut(found: list[Json], given: Json, *, kind: str, url: str) -> Json:
    """The part of a list that limit, starting_after and ending_before ask for."""
    limit = given.get("limit", _USUAL)
    if not 1 <= limit <= _MOST:
        raise ApiError("Limit must be between 1 and 100.", code="parameter_invalid_integer", param="limit")
    ids = [each["id"] for each in found]
    if "starting_after" in given and "ending_before" in given:
        raise ApiError("You cannot use both starting_after and ending_before.", param="starting_after")
    for name in ("starting_after", "ending_before"):
        if name in given and given[name] not in ids:
            raise missing(kind, given[name], param=name, status=400)
    if "ending_before" in given:
        end = ids.index(given["ending_before"])
        start = max(0, end - limit)
        return objects.page(found[start:end], url=url, has_more=start > 0)
    start = ids.index(given["starting_after"]) + 1 if "starting_after" in given else 0
    return objects.page(found[start : start + limit], url=url, has_more=len(found) > start + limit)


def matches(kind: str, pattern: str) -> bool:
    """Whether an event's type is the one asked for; `*` stands for anything."""
    return fnmatchcase(kind, pattern)


def expand(sandbox: Sandbox, answer: Json, paths: list[str]) -> Json:
    """Replaces ids by their objects along each path, such as `payment_intent.latest_charge`.

    Raises:
        ApiError: the property cannot be expanded.
    """
    for path in paths:
        _expand(sandbox, answer, path.split("."), path)
    return answer


def _expand(sandbox: Sandbox, holder: Json, steps: list[str], path: str) -> None:
    step, rest = steps[0], steps[1:]
    if step == "data" and holder.get("object") == "list" and rest:
        for each in holder["data"]:
            _expand(sandbox, each, rest, path)
        return
    if step == "line_items" and holder.get("object") == "checkout.session" and not rest:
        items = sandbox.store.get("checkout", holder["id"])["line_items"]
        url = f"/v1/checkout/sessions/{holder['id']}/line_items"
        holder["line_items"] = objects.page(items[:_USUAL], url=url, has_more=len(items) > _USUAL)
        return
    kind = _EXPANDABLE.get(step)
    if kind is None or step not in holder:
        raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
    if isinstance(holder[step], str):
        holder[step] = sandbox.store.get(kind, holder[step])
    if rest and holder[step] is not None:
        _expand(sandbox, holder[step], rest, path)


def _created_within(created: int, wanted: int | Json | None) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return created == wanted
    return all(_COMPARE[name](created, bound) for name, bound in wanted.items())
