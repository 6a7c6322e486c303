"""Where files lie: those on a disk are there in whole or not at all, those of pages are as small as they can be."""

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_COMMENT_OR_INDENT = re.compile(rb"^[ \t]*(?://[^\n]*\n)?", re.MULTILINE)


class WholeFileStorage(FileSystemStorage):
    """Writes beside the place and renames: a process that dies while writing leaves no half file under the name.

    Two writers of one name both succeed; the names are hashes of the content, so it does not matter who was last.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself, taken or not."""
        del max_length
        return name

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
            try:
                for chunk in content.chunks():
                    part.write(chunk)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        return name


def slim(script: bytes) -> bytes:
    """A script of ours without its lines of comment and its indentation, which together are a sixth of it."""
    return _COMMENT_OR_INDENT.sub(b"", script)


class SlimStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Static files under names that change with their content, also where one script imports another."""

    support_js_module_import_aggregation = True
    # Of our own scripts only: libraries bring modules along that import what nobody serves.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],  # noqa: SLF001 - a base class of ours
    )

    def _save(self, name: str, content: Any) -> str:
        if name.startswith("js/") and name.endswith(".js"):
            content.seek(0)
            content = ContentFile(slim(content.read()), name=name)
        saved: str = super()._save(name, content)
        return saved
