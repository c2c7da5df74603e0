"""What a program did to its files, from the record that strace keeps of its system calls."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.faults.disk import Create, Rename, Said, Step, Sync, Truncate, Unlink, Write

_CALLS = "openat,mkdir,write,pwrite64,ftruncate,fsync,fdatasync,rename,unlink"
_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (\d+)(?:<.*>)?$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_OPEN_FILE = re.compile(r"(\d+)<([^>]*)>")
_STDOUT = 1


def record(
    module: str, arguments: Sequence[str], environ: Mapping[str, str], home: Path
) -> list[Step]:
    """Run `python -m module` below strace: what it did within `home`, and what it said.

    Only its first thread is watched, the one that does the work.
    """
    log = home / "strace.log"
    command = [
        *("strace", "--seccomp-bpf", "-f", "-y", "-xx", "-s", "4000000", "-e", f"trace={_CALLS}"),
        *("-o", str(log), sys.executable, "-m", module, *arguments),
    ]
    # Threads for number crunching would only come between the lines of the one that writes.
    environ = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | dict(environ)
    subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environ)
    with log.open(encoding="ascii") as lines:
        return list(_Reader(home).read(lines))


class _Reader:
    """Follows how far each open file was written: plain writes do not say where they write."""

    def __init__(self, home: Path) -> None:
        self._home = str(home)
        self._at: dict[int, int] = {}

    def read(self, lines: Iterable[str]) -> Iterator[Step]:
        """The steps of the first thread below the folder; calls that failed are passed over."""
        program = None
        for line in lines:
            found = _LINE.match(line)
            program = program or line.split(" ", 1)[0]
            if found is None or found[1] != program:
                assert not (line.startswith(program) and "<unfinished" in line), line
                continue
            call, given, result = found[2], found[3], int(found[4])
            if call in ("openat", "mkdir", "rename", "unlink"):
                yield from self._named(call, given, result)
            else:
                yield from self._opened(call, given, result)

    def _named(self, call: str, given: str, result: int) -> Iterator[Step]:
        paths = [_decoded(text).decode() for text in _TEXT.findall(given)]
        if not all(path.startswith(self._home) for path in paths):
            return
        if call == "openat":
            self._at[result] = 0
            if "O_CREAT" in given:
                yield Create(paths[0])
            if "O_TRUNC" in given:
                yield Truncate(paths[0], 0)
        elif call == "mkdir":
            yield Create(paths[0])
        elif call == "rename":
            yield Rename(*paths)
        else:
            yield Unlink(*paths)

    def _opened(self, call: str, given: str, result: int) -> Iterator[Step]:
        file = _OPEN_FILE.match(given)
        assert file is not None, given
        number, path = int(file[1]), _decoded(file[2]).decode()
        if call == "write" and number == _STDOUT:
            yield Said(_data(given)[:result].decode())
        if not path.startswith(self._home):
            return
        if call == "write":
            yield Write(path, self._at[number], _data(given)[:result])
            self._at[number] += result
        elif call == "pwrite64":
            yield Write(path, _last_number(given), _data(given)[:result])
        elif call == "ftruncate":
            yield Truncate(path, _last_number(given))
        else:
            yield Sync(path)


def _data(given: str) -> bytes:
    found = _TEXT.search(given)
    assert found is not None, given
    return _decoded(found[1])


def _last_number(given: str) -> int:
    return int(given.rpartition(", ")[2])


def _decoded(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
