"""Immutable files named by the SHA-256 of their bytes; private unless stored as public.

Private files leave the shop through links that are signed and expire (`link`), with `nosniff` and a download name.
"""

import hashlib
from datetime import datetime
from typing import IO

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from pinshop.core.errors import NotFound
from pinshop.core.models import StoredFile

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
}
# What a browser may show in place. Everything else, SVG above all, is only ever downloaded.
INLINE = {"image/png", "image/jpeg", "image/webp", "application/pdf"}
_SALT = "pinshop.files"


class FileGone(NotFound):
    """No such file, or a link that is not (or no longer) good."""

    code = "file_gone"


def put(data: bytes, *, media_type: str, public: bool = False, now: datetime | None = None) -> StoredFile:
    """Store bytes once; the same bytes again return the same row. A private file becomes public when stored so again."""
    sha256 = hashlib.sha256(data).hexdigest()
    name = _path(sha256)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))
    row, is_new = StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            "media_type": media_type,
            "size": len(data),
            "public": public,
            "created_at": now or timezone.now(),
        },
    )
    if not is_new and public and not row.public:
        StoredFile.objects.filter(Q(sha256=sha256), public=False).update(public=True)
        row.public = True
    return row


def get(sha256: str) -> StoredFile:
    """The row of a stored file; raises FileGone."""
    row = StoredFile.objects.filter(sha256=sha256).first()
    if row is None:
        raise FileGone("This file does not exist.")
    return row


def get_public(sha256: str) -> StoredFile:
    """The row of a public file; raises FileGone for a private one as for none."""
    row = get(sha256)
    if not row.public:
        raise FileGone("This file does not exist.")
    return row


def read(sha256: str) -> bytes:
    """The bytes of a stored file; raises FileGone."""
    with open_file(sha256) as handle:
        return handle.read()


def open_file(sha256: str) -> IO[bytes]:
    """A stored file opened for reading; raises FileGone."""
    name = _path(sha256)
    if not default_storage.exists(name):
        raise FileGone("This file is no longer stored.")
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
        raise FileGone("This link is not one of ours. Open the page it came from again.") from None
    if timezone.now().timestamp() > ends:
        raise FileGone("This link has expired. Open the page it came from again.")
    return str(sha256), str(name)


def public_path(file: StoredFile) -> str:
    """The lasting path of a public file."""
    return reverse("files:public", args=[file.sha256, EXTENSIONS.get(file.media_type, "bin")])


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
