"""Free ports of this machine."""

import socket

LAST = 65535


class PortTaken(RuntimeError):
    """A port that was asked for cannot be had; the message says why, and what to do."""


def find_free() -> int:
    """A port of 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
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


def chosen(wanted: str, *, what: str, setting: str) -> int:
    """The port that a person asked for, or any free one for "0"; raises PortTaken where it cannot be had."""
    if not (wanted.isascii() and wanted.isdigit() and int(wanted) <= LAST):
        raise PortTaken(f"{setting}={wanted} is no port for {what}: use a number up to {LAST}")
    return claim(int(wanted), what=what, setting=setting) if int(wanted) else find_free()
