"""Printing: the PDF of an issued certificate keeps every promise, once and for ever."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from lms.adapters.pades import check_pdf
from lms.certificates.models import Certificate
from lms.certificates.queries import claim_in, printing_failed
from lms.certificates.verification import check_file
from lms.core.credentials.numbers import shown_code
from lms.core.credentials.verdict import Kind
from lms.db import new_session
from lms.jobs.models import Job
from lms.jobs.services import MOST_TRIES
from tests.integration.certificates import verapdf

PEOPLE = {
    "en": ("Awa Ndiaye-Sarr", "1 December 2026", "30 November 2028"),
    "fr": ("Éléonore Brûlé-Lœuillet d’Aÿ", "1 décembre 2026", "30 novembre 2028"),
    "pt": ("Gonçalo Évora da Conceição", "1 de dezembro de 2026", "30 de novembro de 2028"),
}


@pytest.fixture(params=PEOPLE)
def printed(request, create_officer, create_quiz, attempt, complete, print_now):
    """A certificate in each language and its PDF."""
    name, *_ = PEOPLE[request.param]
    officer = create_officer(display_name=name, language=request.param)
    attempt(officer, create_quiz(), 1, 82)
    certificate = complete(officer)
    return certificate, print_now(certificate)


def text_of(pdf):
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", text))


def scanned(pdf):
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
    (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return code.text


def test_the_paper_says_what_is_signed_and_leads_to_a_page_that_says_valid(printed, client, seal):
    certificate, pdf = printed
    claim, text = claim_in(certificate), text_of(pdf)
    _, issued_on, expires_on = PEOPLE[claim.language]
    for fact in (
        *(claim.name, claim.course, claim.serial, claim.issuer),
        *(issued_on, expires_on, "82"),
        f"/verify/{shown_code(certificate.code)}",
    ):
        assert fact in text
    client.get(urlsplit(scanned(pdf)).path)
    assert client.page.heading == "Valid"
    assert claim.name in client.page.words

    assert check_pdf(pdf, seal.keys.records()).is_ours
    assert verapdf.failures(pdf, "PDFA_3_A") == []
    assert verapdf.failures(pdf, "PDFUA_1") == []


def test_the_file_alone_leads_to_the_answer(
    create_officer, complete, print_now, session, seal, clock
):
    certificate = complete(create_officer())
    pdf = print_now(certificate)
    answer = check_file(session, seal.keys, pdf, clock())
    assert (answer.kind, answer.claim) == (Kind.VALID, claim_in(certificate))
    changed = bytearray(pdf)
    changed[len(pdf) // 2] ^= 1
    assert check_file(session, seal.keys, bytes(changed), clock()) is None
    assert check_file(session, seal.keys, b"%PDF-1.7 no", clock()) is None


def test_the_worker_prints_what_was_issued(create_officer, complete, worker, session):
    certificate = complete(create_officer())
    assert certificate.pdf_sha256 is None
    session.rollback()
    assert worker.run_until_idle() == 1
    session.refresh(certificate)
    assert certificate.pdf_sha256


def test_printing_twice_keeps_the_first_file(
    create_officer, complete, print_now, app, session, clock, engine
):
    """As when a worker was slow and another took the job over."""
    certificate = complete(create_officer())
    house = app.extensions["house"]
    printer = house.handlers["print_certificate"]
    payload = {"certificate": certificate.id}
    with new_session(engine) as late:
        stale = late.get_one(Certificate, certificate.id)
        first = print_now(certificate)
        assert stale.pdf_sha256 is None
        printer(late, payload, clock())
    session.refresh(certificate)
    assert house.files.get(certificate.pdf_sha256) == first


def test_a_name_that_cannot_be_printed_ends_in_a_failed_job(
    create_officer, complete, worker, session, clock
):
    certificate = complete(create_officer(display_name="Awa \U00013000"))
    for _ in range(MOST_TRIES):
        worker.run_until_idle()
        clock.forward(hours=2)
    session.rollback()
    assert "MissingLetters" in session.scalars(select(Job)).one().problem
    assert printing_failed(session, certificate)
    assert certificate.pdf_sha256 is None
