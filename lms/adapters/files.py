"""A store in which every file is found by its SHA-256: written once, never changed."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FileStore:
    """Files below a folder, spread over 256 subfolders by the first two digits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Store the content, on the disk before this returns; its digest."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        make_folder(path.parent)
        # Under another name first, so that no half-written file is ever found.
        temporary = path.with_name(f".{secrets.token_hex(8)}")
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        _sync_folder(path.parent)
        return digest

    def get(self, digest: str) -> bytes | None:
        """The content with that digest; None where there is none."""
        path = self._path(digest)
        return path.read_bytes() if path.is_file() else None

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError("not a SHA-256 digest")
        return self._folder / digest[:2] / digest


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it, on the disk before this returns."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode)
    folder.mkdir(mode=mode, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
