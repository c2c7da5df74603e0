"""Servers under measurement: gunicorn with the same settings for floor and product."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

PROCESSES = 3
PRODUCT, FLOOR = "bench.product:application", "bench.floor:application"
_STARTS_WITHIN = 60
_ENDS_WITHIN = 20


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers on a port of this machine."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def cpu_seconds(self) -> float:
        """What the process and its children have used of the processors so far."""
        return sum(_cpu_seconds(pid) for pid in family(self.process.pid))

    @property
    def memory_mb(self) -> float:
        """Proportional memory of the process and its children, in MB."""
        return sum(_proportional_kb(pid) for pid in family(self.process.pid)) / 1024


@contextmanager
def serving(
    application: str, environ: Mapping[str, str], ready: str = "/healthz"
) -> Iterator[Running]:
    """Serve a WSGI application until the block ends."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(PROCESSES), "--worker-class", "sync", "--log-level", "error"),
        *("--backlog", "2048"),
    ]
    with _running(command, environ, port, ready) as running:
        yield running


@contextmanager
def whole_installation(environ: Mapping[str, str]) -> Iterator[Running]:
    """Web and worker as `lms serve` runs them."""
    port = _free_port()
    command = [sys.executable, "-m", "lms.cli", "serve", "--port", str(port)]
    with _running(command, environ, port, "/healthz") as running:
        yield running


@contextmanager
def _running(
    command: Sequence[str], environ: Mapping[str, str], port: int, ready: str
) -> Iterator[Running]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **environ},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port, ready, process)
        yield Running(port, process)
    finally:
        process.terminate()
        try:
            process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < give_up_at and process.poll() is None:
        with contextlib.suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def family(pid: int) -> list[int]:
    """The process and everything it has started."""
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    return [pid, *(one for child in children for one in family(int(child)))]


def _cpu_seconds(pid: int) -> float:
    with contextlib.suppress(OSError):
        spent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _proportional_kb(pid: int) -> int:
    with contextlib.suppress(OSError), Path(f"/proc/{pid}/smaps_rollup").open() as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
