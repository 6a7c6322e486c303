"""Free ports of this machine."""

import socket


class PortTaken(RuntimeError):
    """Another programme listens on a port that was asked for."""


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
        except OSError:
            msg = f"port {port} for {what} is taken: stop what listens there, or choose another with {setting}=PORT"
            raise PortTaken(msg) from None
    return port
