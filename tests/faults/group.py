"""The server group of `lms serve`, started again and again by a program that is loaded once.

`python -m tests.faults.group ARGUMENT...` reads lines: on "start" it forks a group of processes
that run `lms serve ARGUMENT...` and says the group's number; at the end of its input it ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from lms.cli import main as lms

_GONE_WITHIN = 20


@dataclass
class Group:
    """From the test's side: a group that can be started and killed."""

    program: subprocess.Popen[str]
    number: int = 0

    def start(self) -> None:
        """Begin to serve; it takes a moment until anybody answers."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        print("start", file=self.program.stdin, flush=True)
        self.number = int(self.program.stdout.readline())

    def kill(self) -> None:
        """End every process of the group where it stands, and wait until all are gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.number, signal.SIGKILL)
            give_up_at = time.monotonic() + _GONE_WITHIN
            while time.monotonic() < give_up_at:
                os.killpg(self.number, 0)
                time.sleep(0.005)


@contextmanager
def serving_group(environ: Mapping[str, str], *arguments: str) -> Iterator[Group]:
    """A group that is not started yet; gone at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.group", *arguments],
        env=os.environ | dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # A signal to the whole run must not take away who cleans up after it.
        start_new_session=True,
    ) as program:
        group = Group(program)
        try:
            yield group
        finally:
            if group.number:
                group.kill()
            program.communicate()


def _main(arguments: list[str]) -> None:
    signal.signal(signal.SIGCHLD, _reap)
    child = 0
    for _ in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            _serve(arguments)
        os.setpgid(child, child)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
    # Whoever asked for it may have ended without a word.
    with contextlib.suppress(ProcessLookupError):
        if child:
            os.killpg(child, signal.SIGKILL)


def _reap(_number: int, _frame: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _serve(arguments: list[str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setpgid(0, 0)
    with contextlib.suppress(SystemExit):
        lms(["serve", *arguments])
    os._exit(0)


if __name__ == "__main__":
    _main(sys.argv[1:])
