"""The plugin on a real pytest-xdist: a file runs in one worker, the browser tests together and first."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = ("tests/e2e/test_pages.py", "tests/e2e/test_life.py", "tests/orders/test_long.py", "tests/orders/test_short.py")
TEST = """
import json, os, time
from pathlib import Path
import pytest

@pytest.mark.slow
@pytest.mark.parametrize("turn", range(4))
def test_turn(turn):
    with Path({record!r}).open("a") as record:
        record.write(json.dumps([{name!r}, os.environ["PYTEST_XDIST_WORKER"]]) + "\\n")
    time.sleep(0.02)
"""


def test_files_stay_whole_and_the_browser_tests_come_first_in_one_worker(tmp_path: Path) -> None:
    record = tmp_path / "record"
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow\n")
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = TEST.format(record=str(record), name=name)
        path.write_text(text.replace("@pytest.mark.slow\n", "") if "short" in name else text)
    plugins = ("-p", "tests.plugins.distribution", "-p", "no:django", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", *plugins, "tests"]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ran = [json.loads(line) for line in record.read_text().splitlines()]
    workers = {name: {worker for each, worker in ran if each == name} for name in FILES}
    assert [len(found) for found in workers.values()] == [1, 1, 1, 1]
    pages, life, *_ = (workers[name] for name in FILES)
    assert pages == life
    for worker in ("gw0", "gw1"):
        ranks = [max(FILES.index(name), 1) for name, runner in ran if runner == worker]
        assert ranks == sorted(ranks), ran
