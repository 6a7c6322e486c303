"""Backup and restore as docs/operations.md says, with its very commands."""

import os
import re
import subprocess
from datetime import datetime
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from pinshop.core import files
from pinshop.local import postgres

ROOT = Path(__file__).resolve().parents[2]


def _commands(label: str) -> str:
    text = (ROOT / "docs" / "operations.md").read_text()
    found = re.search(rf"```sh {label}\n(.*?)```", text, re.DOTALL)
    assert found is not None, f"docs/operations.md has no block '{label}'"
    return found[1]


def _run(label: str, **environment: str) -> None:
    path = f"{postgres.find_binaries()}:{os.environ['PATH']}"
    command = ["sh", "-eu", "-c", _commands(label)]
    done = subprocess.run(
        command, env={**os.environ, **environment, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db(transaction=True)
def test_what_was_backed_up_comes_back(tmp_path: Path, now: datetime) -> None:
    stored = files.put(b"an invoice", media_type="application/pdf", now=now)
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    (tmp_path / "backup").mkdir()
    (tmp_path / "files").mkdir()
    backup = str(tmp_path / "backup")
    source = f"{server}/{connection.settings_dict['NAME']}"
    _run("backup", BACKUP=backup, DATABASE_URL=source, FILES_ROOT=str(settings.FILES_ROOT))
    name = f"restored_{os.getpid()}"
    admin = psycopg2.connect(f"{server}/postgres")
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        _run("restore", BACKUP=backup, DATABASE_URL=f"{server}/{name}", FILES_ROOT=str(tmp_path / "files"))
        restored = psycopg2.connect(f"{server}/{name}")
        with restored.cursor() as cursor:
            cursor.execute("SELECT sha256, size FROM core_storedfile")
            assert cursor.fetchall() == [(stored.sha256, len(b"an invoice"))]
        restored.close()
        copies = [path.read_bytes() for path in (tmp_path / "files").rglob(stored.sha256)]
        assert copies == [b"an invoice"]
    finally:
        with admin.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.close()
