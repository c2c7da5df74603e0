"""`lms serve` and `lms worker`: the processes of an installation."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

import click
import structlog

from lms.jobs.worker import Worker
from lms.web.logs import set_up_logs
from lms.wiring import House

_GRACE = 15
"""Seconds a process has to finish what it is doing."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Port to listen on.")
@click.option("--processes", default=3, show_default=True, help="Web processes, one thread each.")
@click.option("--worker/--no-worker", "with_worker", default=True, help="Run the worker too.")
def serve(host: str, port: int, processes: int, with_worker: bool) -> None:
    """Serve the platform: web processes and, unless told otherwise, the worker.

    When one of the two ends, the other is ended too, so that whoever watches starts both again.
    """
    lms = [sys.executable, "-m", "lms.cli"]
    commands = [_gunicorn(host, port, processes)]
    if with_worker:
        commands.append([*lms, "worker"])
    running = [subprocess.Popen(command) for command in commands]  # noqa: S603 - our own

    def stop(_number: int, _frame: FrameType | None) -> None:
        for process in running:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    os.wait()
    stop(0, None)
    for process in running:
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
    sys.exit(max(abs(process.returncode or 0) for process in running))


@click.command()
@click.pass_obj
def worker(house: House) -> None:
    """Send mail, print certificates and close attempts whose time is up."""
    set_up_logs(house.settings.log_json)
    at_work = Worker(house.engine, house.clock, house.handlers, house.rounds)

    def stop(_number: int, _frame: FrameType | None) -> None:
        at_work.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    structlog.get_logger().info("worker_started")
    at_work.run()


def _gunicorn(host: str, port: int, processes: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "wsgi:application"),
        *("--bind", f"{host}:{port}", "--workers", str(processes), "--worker-class", "sync"),
        *("--graceful-timeout", str(_GRACE), "--timeout", "60", "--log-level", "warning"),
        # A worker that a leak has made large is replaced; not all at the same moment.
        *("--max-requests", "20000", "--max-requests-jitter", "2000"),
    ]
