"""Immutable files named by the SHA-256 of their bytes; private unless stored as public.

Private files leave the shop through links that are signed and expire (`link`), with `nosniff` and a download name.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from io import SEEK_END, BufferedIOBase
from typing import IO, Any, cast

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ManyToOneRel
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from pinshop.core import outbox
from pinshop.core.errors import NotFound
from pinshop.core.models import StoredFile

BYTES = "application/octet-stream"
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
    "image/tiff": "tiff",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
    "application/json": "json",
    "application/zip": "zip",
    BYTES: "bin",
}
# What a browser may show in place. Everything else, SVG above all, is only ever downloaded.
INLINE = {"image/png", "image/jpeg", "image/webp", "application/pdf"}
_SALT = "pinshop.files"
FORGET_TOPIC = "core.files.forget"
# Between storing bytes and writing the row that refers to them a request may take a while.
GRACE = timedelta(hours=1)
_BATCH = 500
_holders: list[Callable[[Collection[str]], set[str]]] = []


class FileGone(NotFound):
    """No such file, or a link that is not (or no longer) good."""

    code = "file_gone"


def put(data: bytes, *, media_type: str, public: bool = False, now: datetime | None = None) -> StoredFile:
    """Store bytes once; the same bytes again return the same row. A private file becomes public when stored so again."""
    sha256 = hashlib.sha256(data).hexdigest()
    at = now or timezone.now()
    return _put(sha256, ContentFile(data), _Kept(media_type, len(data), public=public), now=at)


def put_passing(handle: BufferedIOBase, *, media_type: str, expires_at: datetime, now: datetime) -> StoredFile:
    """Store what a file object holds, of any size, until `expires_at`: for what is made for one reader."""
    sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    size = handle.seek(0, SEEK_END)
    return _put(
        sha256, File(cast("IO[bytes]", handle)), _Kept(media_type, size, public=False, expires_at=expires_at), now=now
    )


def held_by(list_held: Callable[[Collection[str]], set[str]]) -> Callable[[Collection[str]], set[str]]:
    """Register (in a tasks.py) who says which of some files the rows of an app refer to by name."""
    _holders.append(list_held)
    return list_held


def forget(hashes: Collection[str], *, now: datetime) -> None:
    """Have the files deleted that nobody refers to any more, in the caller's transaction: after it, by a worker."""
    wanted = sorted({each for each in hashes if each})
    if wanted:
        due_at = now + GRACE + timedelta(minutes=1)
        outbox.enqueue(FORGET_TOPIC, payload={"sha256": wanted}, due_at=due_at, now=now)


def delete_unheld(hashes: Collection[str], *, now: datetime) -> int:
    """Delete those of the files that no row refers to and nobody has just stored again; returns how many."""
    return sum(_delete(each, now=now) for each in set(hashes) - _list_held(hashes))


def delete_expired(*, now: datetime) -> int:
    """Delete the files whose time has come; returns how many."""
    expired = StoredFile.objects.filter(expires_at__lte=now).values_list("sha256", flat=True)
    return delete_unheld(list(expired[:_BATCH]), now=now)


def get(sha256: str) -> StoredFile:
    """The row of a stored file; raises FileGone."""
    row = StoredFile.objects.filter(sha256=sha256).first()
    if row is None:
        raise FileGone(gettext("This file does not exist."))
    return row


def get_public(sha256: str) -> StoredFile:
    """The row of a public file; raises FileGone for a private one as for none."""
    row = get(sha256)
    if not row.public:
        raise FileGone(gettext("This file does not exist."))
    return row


def read(sha256: str) -> bytes:
    """The bytes of a stored file; raises FileGone."""
    with open_file(sha256) as handle:
        return handle.read()


def open_file(sha256: str) -> IO[bytes]:
    """A stored file opened for reading; raises FileGone."""
    name = _path(sha256)
    if not default_storage.exists(name):
        raise FileGone(gettext("This file is no longer stored."))
    handle: IO[bytes] = default_storage.open(name, "rb")
    return handle


def link(sha256: str, *, name: str, seconds: int | None = None) -> str:
    """A path that opens the private file under `name` and expires (default: FILES_LINK_SECONDS).

    A `name` that a person chose may hold anything; what no address may hold is replaced.
    """
    name = name.replace("/", "-").strip() or sha256[:12]
    # Rounded up to a quarter of its life, so that a page shown twice in a row names the same, cacheable address.
    life = seconds or settings.FILES_LINK_SECONDS
    step = max(life // 4, 1)
    ends = (int(timezone.now().timestamp()) // step + 5) * step
    token = signing.Signer(salt=_SALT).sign_object([sha256, name, ends], compress=True)
    return reverse("files:private", args=[token, name])


def resolve(token: str) -> tuple[str, str]:
    """Read a token of `link`: (SHA-256, download name); raises FileGone where it is forged or expired."""
    try:
        sha256, name, ends = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature:
        raise FileGone(gettext("This link is not one of ours. Open the page it came from again.")) from None
    if timezone.now().timestamp() > ends:
        raise FileGone(gettext("This link has expired. Open the page it came from again."))
    return str(sha256), str(name)


def public_path(file: StoredFile) -> str:
    """The lasting path of a public file."""
    return public_path_of(file.sha256, file.media_type)


def public_path_of(sha256: str, media_type: str) -> str:
    """The same by what is known of the file."""
    return f"{_public_folder()}{sha256}.{EXTENSIONS.get(media_type, 'bin')}"


@cache
def _public_folder() -> str:
    """Where public files lie; asked for once, because a page of pins names hundreds of them."""
    name = f"{'0' * 64}.bin"
    return reverse("files:public", args=name.split(".")).removesuffix(name)


@dataclass(frozen=True, slots=True)
class _Kept:
    """How a file is kept."""

    media_type: str
    size: int
    public: bool
    expires_at: datetime | None = None


def _put(sha256: str, content: "File[bytes]", kept: _Kept, *, now: datetime) -> StoredFile:
    name = _path(sha256)
    if not default_storage.exists(name):
        default_storage.save(name, content)
    row, is_new = StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            "media_type": kept.media_type,
            "size": kept.size,
            "public": kept.public,
            "expires_at": kept.expires_at,
            "created_at": now,
            "put_at": now,
        },
    )
    if not is_new:
        row.public = row.public or kept.public
        row.expires_at = _later(row.expires_at, kept.expires_at)
        StoredFile.objects.filter(sha256=sha256).update(public=row.public, expires_at=row.expires_at, put_at=now)
    if not default_storage.exists(name):
        # Deleted between our look and our row: from now on the row keeps it.
        content.seek(0)
        default_storage.save(name, content)
    return row


def _later(first: datetime | None, second: datetime | None) -> datetime | None:
    """The later end; None, which is no end, is the latest."""
    return None if first is None or second is None else max(first, second)


def _list_held(hashes: Collection[str]) -> set[str]:
    """Those of the files that some row refers to: by a foreign key, as an attachment, or as its app says."""
    held = {sha256 for holder in _holders for sha256 in holder(hashes)}
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            column = relation.field.name
            model: Any = relation.related_model  # every one of ours has its plain manager
            rows = model.objects.filter(**{f"{column}__in": hashes})
            held.update(rows.values_list(column, flat=True))
    return held


def _delete(sha256: str, *, now: datetime) -> bool:
    with transaction.atomic():
        # Whoever stores the same bytes meanwhile waits for this row, and then finds neither row nor file.
        rows = StoredFile.objects.select_for_update().filter(sha256=sha256, put_at__lte=now - GRACE)
        if not rows.exists() or _list_held([sha256]):
            return False
        rows.delete()
        default_storage.delete(_path(sha256))
    return True


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
