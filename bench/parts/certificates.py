"""Certificates: set, drawn and signed, one by one and as a batch, in processor time."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import Stopwatch
from bench.site import Sites
from bench.table import Row, at_most, number
from lms.adapters.clock import system_clock
from lms.adapters.pades import sign_pdf
from lms.adapters.signing import KeyStore, SigningKey
from lms.certificates.page import Design, Page
from lms.config import ROOT
from lms.core.credentials import cose
from lms.core.credentials.address import qr_address
from lms.core.credentials.claim import Claim, claim_to_cbor
from lms.core.credentials.numbers import (
    CODE_BITS,
    SERIAL_BITS,
    code_from_bits,
    serial_from_bits,
    shown_code,
)

SINGLE, BATCH = 12, 200
_URL = "https://training.example.org"
_ISSUER = "Bench administration"


def run(_sites: Sites) -> list[Row]:
    """Milliseconds a certificate, and what a batch adds to memory."""
    design = Design(ROOT / "templates", ROOT / "lms" / "translations")
    with TemporaryDirectory() as folder:
        key = KeyStore(Path(folder), "a passphrase of the bench").signing_key(
            _ISSUER, system_clock().date()
        )
        pages = _pages(key, BATCH)
        _sign(design.pdf(pages[0]), key)
        single = Stopwatch(time.process_time)
        for page in pages[:SINGLE]:
            with single.lap():
                _sign(design.pdf(page), key)
        batch, grown = _batch(design, pages, key)
    return [
        Row(
            "signed certificate, alone, processor time",
            f"{number(single.times.median)} ms",
            spread=single.times.spread,
            beside="Moodle, unsigned: 447 ms",
        ),
        at_most(
            f"signed certificate in a batch of {BATCH}, processor time",
            batch,
            25,
            " ms",
            ratio=f"{single.times.median / batch:.1f}x faster than alone",
        ),
        Row(f"memory a batch of {BATCH} adds at its peak", f"{number(grown)} MB"),
    ]


def _batch(design: Design, pages: list[Page], key: SigningKey) -> tuple[float, float]:
    """Milliseconds each, and megabytes at the peak above where it began."""
    with _peak_memory() as peak:
        began = time.process_time()
        for pdf in design.pdfs(pages):
            _sign(pdf, key)
        seconds = time.process_time() - began
    return seconds * 1000 / len(pages), peak[-1] - peak[0]


def _sign(pdf: bytes, key: SigningKey) -> None:
    sign_pdf(pdf, key, system_clock(), "Training certificate")


def _pages(key: SigningKey, count: int) -> list[Page]:
    rng, today = random.Random(1), system_clock().date()
    return [_page(key, rng, place, today) for place in range(count)]


def _page(key: SigningKey, rng: random.Random, place: int, today: date) -> Page:
    claim = Claim(
        serial=serial_from_bits(rng.getrandbits(SERIAL_BITS)),
        name=f"Officer Número {place} Ndiaye-Brûlé",
        course="Using a handheld Raman spectrometer",
        language="en",
        issued_on=today,
        expires_on=today + timedelta(days=730),
        issuer=_ISSUER,
        status_index=place,
        score=70 + place % 31,
    )
    code = code_from_bits(rng.getrandbits(CODE_BITS))
    return Page(
        claim=claim,
        code=code,
        verify_url=f"{_URL}/verify/{shown_code(code)}",
        qr_address=qr_address(_URL, cose.sign(claim_to_cbor(claim), key.private_key)),
    )


@contextmanager
def _peak_memory() -> Iterator[list[float]]:
    """Two numbers in MB: resident memory at the beginning, and, afterwards, the highest seen."""
    seen = [_resident_mb(), 0.0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            seen[1] = max(seen[1], _resident_mb())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
        seen[1] = max(seen[1], _resident_mb())


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
