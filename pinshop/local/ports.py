"""Free ports of this machine."""

import socket
from collections.abc import Collection

LAST = 65535


class PortTaken(RuntimeError):
    """A port that was asked for cannot be had; the message says why, and what to do."""


def find_free(*, but: Collection[int] = ()) -> int:
    """A port of 127.0.0.1 that is free now, and none of those that are promised already."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in but:
            return port


def claim(port: int, *, what: str, setting: str) -> int:
    """`port`, where it is free; raises PortTaken with what to do where it is not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            msg = f"port {port} for {what} is for root only: choose one above 1023 with {setting}=PORT"
            raise PortTaken(msg) from None
        except OSError:
            msg = f"port {port} for {what} is taken: stop what listens there, or choose another with {setting}=PORT"
            raise PortTaken(msg) from None
    return port


def chosen(wanted: str, *, what: str, setting: str, promised: Collection[int] = ()) -> int:
    """The port that a person asked for, or for "0" any free one that is not promised; raises PortTaken without one."""
    if not (wanted.isascii() and wanted.isdigit() and int(wanted) <= LAST):
        raise PortTaken(f"{setting}={wanted} is no port for {what}: use a number up to {LAST}")
    return claim(int(wanted), what=what, setting=setting) if int(wanted) else find_free(but=promised)
