import json
import socket
import time
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse

from pinshop.local.store import Store

REQUEST_MODES = ("down", "slow", "error500", "garbage")
_SLOW_SECONDS = 30.0


@dataclass(frozen=True)
class Fault:
    """One planned misbehaviour: `mode`, and how long a slow one takes."""

    mode: str
    seconds: float


@dataclass(frozen=True)
class Faults:
    """Misbehaviour on demand, so that the shop's handling of a broken partner can be tried out.

    Requests: `down` drops the connection and `error500` answers 500, both before anything happens; `slow`
    takes `seconds` longer and `garbage` answers something that is not JSON, but both do the work, which
    is the nastier half of what real partners do. Other modes are the server's own, for the messages that it sends.
    """

    store: Store
    message_modes: tuple[str, ...] = ()

    def plan(self, *, mode: str, times: int, seconds: float) -> None:
        """The next `times` occasions misbehave as `mode` says; `none` forgets every plan."""
        with self.store.transaction():
            self.store.remove("fault", "plan")
            if mode != "none" and times > 0:
                self.store.add("fault", "plan", {"mode": mode, "times": times, "seconds": seconds})

    def take(self, modes: tuple[str, ...]) -> Fault | None:
        """Uses up one occasion, if one of these modes is planned."""
        with self.store.transaction():
            plan = self.store.find("fault", "plan")
            if plan is None or plan["mode"] not in modes:
                return None
            plan["times"] -= 1
            if plan["times"] > 0:
                self.store.put("fault", "plan", plan)
            else:
                self.store.remove("fault", "plan")
        return Fault(plan["mode"], plan["seconds"])

    def switch(self, request: HttpRequest) -> HttpResponse:
        """The view behind `POST {mode, times, seconds}`."""
        modes = ("none", *REQUEST_MODES, *self.message_modes)
        try:
            wanted = json.loads(request.body or b"{}")
            mode, times = str(wanted["mode"]), int(wanted.get("times", 1))
            seconds = float(wanted.get("seconds", _SLOW_SECONDS))
        except (ValueError, KeyError, TypeError, AttributeError):
            return JsonResponse({"detail": 'Send JSON such as {"mode": "slow", "times": 2}.'}, status=422)
        if mode not in modes:
            return JsonResponse({"detail": f"Unknown mode {mode!r}: use one of {', '.join(modes)}."}, status=422)
        self.plan(mode=mode, times=times, seconds=seconds)
        return JsonResponse({"mode": mode, "times": times, "seconds": seconds})


def before(fault: Fault | None, request: HttpRequest) -> HttpResponse | None:
    """The answer of a fault that keeps the request from being carried out."""
    if fault is None:
        return None
    if fault.mode == "error500":
        return HttpResponse("Internal Server Error", status=500, content_type="text/plain")
    if fault.mode == "down":
        request.META["pinshop.connection"].shutdown(socket.SHUT_RDWR)
        return HttpResponse(status=500)
    return None


def linger(fault: Fault | None) -> None:
    """Lets the time of a slow fault pass."""
    if fault is not None and fault.mode == "slow":
        time.sleep(fault.seconds)


def after(fault: Fault | None, response: HttpResponse) -> HttpResponse:
    """The answer as the fault makes it arrive, the work being done."""
    if fault is not None and fault.mode == "garbage":
        return HttpResponse("<html><body>It works!</body></html>", content_type="text/html")
    return response
