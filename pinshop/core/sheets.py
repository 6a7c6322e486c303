"""The shop's style sheet in one file: what `css/main.css` imports, put in, so that a page asks for it once."""

import posixpath
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

JOINED = "css/shop.css"
_SOURCE = "main.css"
_IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\);\n?')
_URL = re.compile(r'url\("(?P<path>[^"]+)"\)')
_COMMENT = re.compile(r"/\*.*?\*/\n*", re.DOTALL)


def join(folder: Path) -> str:
    """The text of `folder/main.css` with each import replaced by that file, its own addresses made to fit; raises OSError."""

    def put_in(found: re.Match[str]) -> str:
        beside = posixpath.dirname(found["path"])
        text = (folder / found["path"]).read_text()
        return _URL.sub(lambda url: f'url("{posixpath.normpath(posixpath.join(beside, url["path"]))}")', text)

    return _COMMENT.sub("", _IMPORT.sub(put_in, (folder / _SOURCE).read_text()))


class JoinedSheetFinder(BaseFinder):
    """Finds `css/shop.css` for the pages of a laptop, and for `collectstatic`, which hashes and compresses it."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        del app_names
        super().__init__(*args, **kwargs)
        self._sources = settings.BASE_DIR / "static" / "css"
        self._storage = FileSystemStorage(location=settings.VAR_DIR / "static")

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Nothing can be set wrong."""
        del kwargs
        return []

    def find(self, path: str, find_all: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """The joined file as it must be now, if it is what is asked for."""
        if path != JOINED:
            return []
        joined = self._write()
        return [joined] if find_all else joined

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """The joined file."""
        del ignore_patterns
        self._write()
        yield JOINED, self._storage

    def _write(self) -> str:
        path = Path(self._storage.path(JOINED))
        text = join(self._sources)
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as part:
                part.write(text)
            Path(part.name).chmod(0o644)
            Path(part.name).replace(path)
        return str(path)
