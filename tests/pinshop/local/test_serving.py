import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from pinshop.local.serving import ServerFailed, running

NAMES = ["stripe", "factory", "carrier", "mail"]


@pytest.mark.parametrize("name", NAMES)
def test_stand_in_starts_answers_and_stops(name: str, tmp_path):
    with running(name, state=tmp_path / name) as server:
        assert httpx.get(f"{server.url}/healthz", trust_env=False).text == "ok"
        page = httpx.get(server.url, trust_env=False)
        assert (page.status_code, page.headers["x-content-type-options"]) == (200, "nosniff")
        assert httpx.get(f"{server.url}/assets/local.css", trust_env=False).headers["content-type"] == "text/css"
        assert httpx.get(server.url, headers={"Host": "evil.example"}, trust_env=False).status_code == 400
        os.kill(server.pid, 0)

    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)
    assert "Traceback" not in (tmp_path / name / "server.log").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_the_process_with_status_zero(number: signal.Signals, tmp_path):
    command = [sys.executable, "-m", "pinshop.local", "carrier", "--port", "0", "--state", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"Sample carrier on http://127.0.0.1:")
        started = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)

    assert (process.returncode, out, err) == (0, b"", b"")
    assert time.monotonic() - started < 3


def test_taken_port_is_one_clear_line(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "pinshop.local", "carrier", "--port", str(port), "--state", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert (
        done.stderr
        == f"port {port} for the Sample carrier is taken: stop what listens there, or choose another with --port=PORT\n"
    )


def test_start_that_fails_says_why(tmp_path):
    with (
        pytest.raises(ServerFailed, match="unrecognized arguments: --colour"),
        running("carrier", "--colour", "red", state=tmp_path),
    ):
        pass
