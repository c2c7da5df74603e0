"""Static files under names that carry their fingerprint, compressed once, kept for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import NotFound

from lms.core.access import Permission
from lms.web.guard import allow

_YEAR = 365 * 24 * 3600
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_WORTH_COMPRESSING = 500
_IMPORT = re.compile(rb'^import [^;]*"\./([\w.-]+\.js)";$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, in the encodings browsers ask for."""

    media_type: str
    plain: bytes
    brotli: bytes | None
    gzip: bytes | None


class Assets:
    """All files below a folder, read once."""

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, Asset] = {}
        self._names: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".md":
                self._add(folder, path.relative_to(folder))

    def _add(self, folder: Path, path: Path) -> None:
        if path.as_posix() in self._names:
            return
        content = (folder / path).read_bytes()
        if path.suffix == ".js":
            content = _IMPORT.sub(lambda found: self._import(folder, path, found), content)
        mark = hashlib.sha256(content).hexdigest()[:10]
        name = path.with_name(f"{path.stem}.{mark}{path.suffix}").as_posix()
        guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        packed = len(content) >= _WORTH_COMPRESSING and path.suffix not in {".png", ".webp"}
        self._names[path.as_posix()] = name
        self._by_name[name] = Asset(
            media_type=guessed or "application/octet-stream",
            plain=content,
            brotli=brotli.compress(content) if packed else None,
            gzip=gzip.compress(content, mtime=0) if packed else None,
        )

    def _import(self, folder: Path, path: Path, found: re.Match[bytes]) -> bytes:
        """A module names its neighbours as they lie in the folder; browsers need public names."""
        neighbour = path.with_name(found[1].decode())
        self._add(folder, neighbour)
        public = Path(self._names[neighbour.as_posix()]).name
        return found[0].replace(found[1], public.encode())

    def name(self, path: str) -> str:
        """The public name of a file. Raises `KeyError` for one that is not there."""
        return self._names[path]

    def find(self, name: str) -> Asset | None:
        """The file under a public name."""
        return self._by_name.get(name)


@lru_cache(maxsize=2)
def _read(folder: Path) -> Assets:
    return Assets(folder)


def init_assets(app: Flask, folder: Path) -> None:
    """Serve the folder and give templates `asset(path)`."""
    assets = _read(folder)
    app.extensions["assets"] = assets
    app.jinja_env.globals["asset"] = lambda path: f"/static/{assets.name(path)}"
    bp = Blueprint("assets", __name__)

    @bp.get("/static/<path:name>")
    @allow(Permission.PUBLIC)
    def static(name: str) -> Response:
        asset = assets.find(name)
        if asset is None:
            raise NotFound
        return _answer(asset)

    app.register_blueprint(bp)


def _answer(asset: Asset) -> Response:
    accepted = request.accept_encodings
    body, encoding = asset.plain, ""
    if asset.brotli and accepted["br"]:
        body, encoding = asset.brotli, "br"
    elif asset.gzip and accepted["gzip"]:
        body, encoding = asset.gzip, "gzip"
    response = Response(body, mimetype=asset.media_type)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response
