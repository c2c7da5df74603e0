"""`lms serve` and `lms worker`: the processes of an installation."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from multiprocessing import connection
from types import FrameType

import click
import structlog
from gunicorn.app import wsgiapp

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
@click.pass_obj
def serve(house: House, host: str, port: int, processes: int, with_worker: bool) -> None:
    """Serve the platform: web processes and, unless told otherwise, the worker.

    When one of the two ends, the other is ended too, so that whoever watches starts both again.
    """
    # Forked, so that the program is read once for all of them: back sooner after a crash, and
    # less memory.
    forking = multiprocessing.get_context("fork")
    running = [forking.Process(target=_serve_web, args=(host, port, processes))]
    if with_worker:
        running.append(forking.Process(target=_work, args=(house,)))
    for process in running:
        process.start()

    def stop(_number: int, _frame: FrameType | None) -> None:
        for process in running:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    connection.wait([process.sentinel for process in running])
    stop(0, None)
    for process in running:
        process.join(_GRACE)
        if process.is_alive():
            process.kill()
            process.join()
    sys.exit(max(abs(process.exitcode or 0) for process in running))


@click.command()
@click.pass_obj
def worker(house: House) -> None:
    """Send mail, print certificates and close attempts whose time is up."""
    _work(house)


def _work(house: House) -> None:
    set_up_logs(house.settings.log_json)
    at_work = Worker(house.engine, house.clock, house.handlers, house.rounds)

    def stop(_number: int, _frame: FrameType | None) -> None:
        at_work.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    structlog.get_logger().info("worker_started")
    at_work.run()


def _serve_web(host: str, port: int, processes: int) -> None:
    # Gunicorn reads its settings where its own command would find them.
    sys.argv[1:] = [
        *("wsgi:application", "--preload"),
        *("--bind", f"{host}:{port}", "--workers", str(processes), "--worker-class", "sync"),
        *("--graceful-timeout", str(_GRACE), "--timeout", "60", "--log-level", "warning"),
        # A worker that a leak has made large is replaced; not all at the same moment.
        *("--max-requests", "20000", "--max-requests-jitter", "2000"),
    ]
    wsgiapp.run()
