"""What every answer carries, and what a browser may load from it."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from pinshop.core.security import ContentSecurityMiddleware


def _policy(path: str) -> dict[str, str]:
    middleware = ContentSecurityMiddleware(lambda _request: HttpResponse("ok"))
    header = middleware(RequestFactory().get(path))["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


def test_every_answer_carries_the_security_headers(client: Client) -> None:
    response = client.get("/healthz")
    assert {
        name: response[name]
        for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")
    } == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_customers_pages_allow_no_inline_code() -> None:
    policy = _policy("/orders/")
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert (policy["base-uri"], policy["frame-ancestors"], policy["connect-src"]) == ("'none'", "'none'", "'self'")
    assert not any("unsafe" in value for value in policy.values())


def test_admin_alone_gets_what_its_components_need() -> None:
    policy = _policy("/admin/orders/")
    assert policy["script-src"] == "'self' 'unsafe-inline' 'unsafe-eval'"
    assert policy["style-src"] == "'self' 'unsafe-inline'"
    assert policy["default-src"] == "'none'"


@pytest.mark.parametrize("path", ["/administration", "/x/admin/"])
def test_addresses_that_look_like_the_admin_get_the_strict_policy(path: str) -> None:
    assert _policy(path)["script-src"] == "'self'"
