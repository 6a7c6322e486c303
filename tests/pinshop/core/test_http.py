"""The outbound client: only public addresses, by the address that was checked, and never for longer than allowed."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pinshop.core import http
from pinshop.core.outbox import GiveUp, RetryLater
from tests import peers
from tests.peers import Peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    with peers.listen() as listening:
        yield listening


def _names(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let names resolve to `answers`, one after the other; returns the names that were asked for."""
    asked: list[str] = []
    left = list(answers)
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if host in answers:  # the connection to the address itself
            return real(host, port, *args, **kwargs)
        asked.append(host)
        address = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(http.socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104 - refused, not bound
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_private_address_is_refused(address: str, settings: Any) -> None:
    settings.OUTBOUND_PRIVATE_HOSTS = []
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(http.OutboundRefused, match="private address"):
        http.request("GET", f"http://{host}:9/")


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_address_is_taken(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, address)
    assert http.resolve("shop.example", 443) == address


def test_name_with_one_private_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(http.socket, "getaddrinfo", lambda *_, **__: entries)
    with pytest.raises(http.OutboundRefused, match=r"10\.0\.0\.1"):
        http.resolve("shop.example", 443)


def test_name_is_resolved_once_and_that_address_is_connected_to(
    peer: Peer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """DNS rebinding: a second answer, private or not, is never asked for."""
    settings.OUTBOUND_PRIVATE_HOSTS = ["peer.example"]
    asked = _names(monkeypatch, "127.0.0.1", "192.0.2.1")
    port = peer.url.rpartition(":")[2]
    assert http.request("GET", f"http://peer.example:{port}/x?y=1").status == 200
    assert asked == ["peer.example"]
    assert (peer.received[0].path, peer.received[0].headers["host"]) == ("/x?y=1", f"peer.example:{port}")


def test_name_that_turns_private_between_two_calls_is_refused(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.OUTBOUND_PRIVATE_HOSTS = []
    _names(monkeypatch, "93.184.215.14", "127.0.0.1")
    assert http.resolve("peer.example", 80) == "93.184.215.14"
    with pytest.raises(http.OutboundRefused):
        http.resolve("peer.example", 80)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://shop.example/",
        "file:///etc/passwd",
        "http://",
        "//shop.example",
        "http://x:99999/",
        "http://a\x00b/",
        "gopher://x",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(http.OutboundRefused, match="address"):
        http.request("GET", url)


def test_label_that_is_too_long_is_refused() -> None:
    with pytest.raises(http.OutboundRefused, match="not a host name"):
        http.request("GET", f"http://{'a' * 64}.example/")


def test_redirect_is_not_followed(peer: Peer) -> None:
    peer.replies = [peers.status(302, Location="http://169.254.169.254/latest")]
    answer = http.request("GET", peer.url)
    assert (answer.status, len(peer.received)) == (302, 1)
    with pytest.raises(GiveUp, match="302"):
        answer.raise_for_status()


def test_request_carries_headers_and_body(peer: Peer) -> None:
    peer.replies = [peers.status(201, b'{"id": 7}')]
    answer = http.request("POST", f"{peer.url}/orders", json={"a": 1}, headers={"Idempotency-Key": "k"})
    assert (answer.status, answer.json()) == (201, {"id": 7})
    received = peer.received[0]
    assert (received.method, received.body) == ("POST", b'{"a":1}')
    assert (received.headers["idempotency-key"], received.headers["user-agent"]) == ("k", "Pinshop/1")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, GiveUp),
        (404, GiveUp),
        (410, GiveUp),
        (408, RetryLater),
        (429, RetryLater),
        (500, RetryLater),
        (503, RetryLater),
    ],
)
def test_status_decides_whether_it_is_tried_again(peer: Peer, status: int, kind: type[Exception]) -> None:
    peer.replies = [peers.status(status, b"reason")]
    with pytest.raises(kind, match=f"answer {status}: reason"):
        http.request("GET", peer.url).raise_for_status()


def test_retry_after_is_obeyed(peer: Peer) -> None:
    peer.replies = [peers.status(503, Retry_After="7")]
    with pytest.raises(RetryLater) as error:
        http.request("GET", peer.url).raise_for_status()
    assert error.value.seconds == 7.0


def test_garbage_instead_of_json_is_tried_again(peer: Peer) -> None:
    peer.replies = [peers.status(200, b"<html>")]
    with pytest.raises(RetryLater, match="not JSON"):
        http.request("GET", peer.url).json()


def test_answer_over_the_size_limit_is_given_up(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 1000)
    peer.replies = [peers.status(200, b"x" * 1001)]
    with pytest.raises(GiveUp, match="over 1000 bytes"):
        http.request("GET", peer.url)


def test_size_limit_counts_what_is_unpacked(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 1000)
    peer.replies = [peers.status(200, gzip.compress(b"x" * 100_000), Content_Encoding="gzip")]
    with pytest.raises(GiveUp, match="over 1000 bytes"):
        http.request("GET", peer.url)


def test_silent_server_is_left_in_time(peer: Peer) -> None:
    end = threading.Event()
    peer.replies = [lambda _handler, _received: end.wait(5) and None]
    began = time.monotonic()
    with pytest.raises(http.Unreachable, match="ReadTimeout"):
        http.request("GET", peer.url, timeout_seconds=0.2)
    end.set()
    assert time.monotonic() - began < 1


def test_dripping_server_is_left_in_time(peer: Peer) -> None:
    def drip(handler: Any, _received: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    peer.replies = [drip]
    began = time.monotonic()
    with pytest.raises(http.Unreachable, match="drips"):
        http.request("GET", peer.url, timeout_seconds=0.3)
    assert time.monotonic() - began < 1


def test_closed_port_is_unreachable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(http.Unreachable, match="ConnectError"):
        http.request("GET", f"http://127.0.0.1:{port}/")


def test_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    assert openssl, "openssl makes the certificate of this test"
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            *subject,
            *files,
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with listening.accept()[0] as plain:
                try:
                    context.wrap_socket(plain, server_side=True).close()
                except (ssl.SSLError, OSError):
                    return

        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(http.Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            http.request("GET", f"https://localhost:{listening.getsockname()[1]}/")
        server.join()
