"""The one client for calls to others: time limits, a size limit, no redirects, no private addresses.

An address is resolved once, checked, and then connected to by that very IP, so that a name cannot point elsewhere
between check and use (DNS rebinding). Local stand-ins are allowed by name (OUTBOUND_PRIVATE_HOSTS).
"""

import ipaddress
import json as jsonlib
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

from pinshop.core.outbox import GiveUp, RetryLater

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
MAX_ANSWER_BYTES = 10 * 1024 * 1024


class OutboundRefused(GiveUp):
    """The address may not be called: not http(s), or private."""


class Unreachable(RetryLater):
    """No connection, or no whole answer in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; raises RetryLater where it is none: a proxy's error page goes away, and attempts are counted."""
        try:
            return jsonlib.loads(self.body)
        except ValueError:
            raise RetryLater(f"answer {self.status} is not JSON: {self.body[:200]!r}") from None

    def raise_for_status(self) -> "Answer":
        """Self where the status is 2xx. RetryLater for 5xx, 429 and 408, GiveUp for the rest."""
        if 200 <= self.status < 300:
            return self
        reason = f"answer {self.status}: {self.body[:500].decode('utf-8', 'replace')}"
        if self.status >= 500 or self.status in {408, 429}:
            wait = self.headers.get("retry-after", "")
            raise RetryLater(reason, seconds=float(wait) if wait.isdigit() else None)
        raise GiveUp(reason)


def request(
    method: str,
    url: str,
    *,
    json: Any = None,
    data: Mapping[str, Any] | None = None,
    content: bytes | None = None,
    files: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float | None = None,
) -> Answer:
    """Call somebody else's server. Raises OutboundRefused for a forbidden address, Unreachable for no answer.

    `timeout_seconds` (default: OUTBOUND_TIMEOUT_SECONDS) limits connecting, each wait, and reading the whole body.
    """
    target, port = parse(url)
    hostname = str(target.hostname)
    ip = resolve(hostname, port)
    host = f"[{ip}]" if ":" in ip else ip
    pinned = target._replace(netloc=f"{host}:{port}").geturl()
    sent_headers = {"User-Agent": "Pinshop/1", **(headers or {}), "Host": target.netloc.rpartition("@")[2]}
    seconds = timeout_seconds or settings.OUTBOUND_TIMEOUT_SECONDS
    ends = time.monotonic() + seconds
    try:
        with (
            httpx.Client(timeout=httpx.Timeout(seconds), trust_env=False, follow_redirects=False) as client,
            client.stream(
                method,
                pinned,
                json=json,
                data=dict(data) if data is not None else None,
                content=content,
                files=dict(files) if files is not None else None,
                headers=sent_headers,
                extensions={"sni_hostname": hostname},
            ) as response,
        ):
            return Answer(response.status_code, dict(response.headers), _read(response, ends))
    except httpx.HTTPError as error:
        raise Unreachable(f"{method} {target.netloc}: {type(error).__name__} {error}".strip()) from error


def resolve(hostname: str, port: int) -> str:
    """The one address to connect to. Raises OutboundRefused where any is private, Unreachable where there is none."""
    try:
        found = socket.getaddrinfo(hostname, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OutboundRefused(f"{hostname} is not a host name") from None
    except OSError as error:
        raise Unreachable(f"{hostname} has no address: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    if hostname not in settings.OUTBOUND_PRIVATE_HOSTS:
        for address in addresses:
            if not _is_public(address):
                raise OutboundRefused(f"{hostname} is a private address ({address}); only public servers are called")
    return addresses[0]


def parse(url: str) -> tuple[SplitResult, int]:
    """The parts of a web address, and its port. Raises OutboundRefused where it is none."""
    try:
        target = urlsplit(url)
        port = target.port or (443 if target.scheme == "https" else 80)
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        raise OutboundRefused(f"{url!r} is not an address") from None
    if target.scheme not in {"http", "https"} or not target.hostname:
        raise OutboundRefused(f"{url!r} is not an http address")
    return target, port


def _read(response: httpx.Response, ends: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise GiveUp(f"the answer is over {MAX_ANSWER_BYTES} bytes")
        if time.monotonic() > ends:
            raise Unreachable("the answer drips in too slowly")
    return bytes(body)


def _is_public(address: str) -> bool:
    """True for a unicast address of the open internet, also of the IPv4 address that an IPv6 one may carry inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = []
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return all(each.is_global and not each.is_multicast for each in [ip, *filter(None, inner)])
