"""A batch cut from one stencil gives the same pages as setting each one by itself."""

from __future__ import annotations

import io
from itertools import cycle, islice

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import ImageChops

from lms.adapters.pades import check_pdf, sign_pdf
from lms.adapters.signing import KeyStore
from lms.adapters.stencil import NotAStencil, Stencil
from lms.certificates import page as page_module
from tests.integration.certificates import samples, verapdf

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014:ResourceWarning")

MORE_NAMES = (
    *samples.NAMES,
    "AVATAR Toffee fi fl ffi",
    "O’Neill & Søn <Ltd>",
    "محمد الأمين ولد الشيخ",
    "Jean-Baptiste de La Rochefoucauld d’Estissac-Vaudémont de la Tour",
    "Li",
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> KeyStore:
    return KeyStore(tmp_path_factory.mktemp("keys"), "a passphrase for tests")


@pytest.fixture(scope="module")
def key(keys):
    return keys.signing_key(samples.ISSUER, samples.ISSUED_ON)


@pytest.fixture(scope="module")
def batch(key):
    """Forty certificates of one course, two in another language, some without a score."""
    pages = [
        samples.page(
            key,
            number,
            name=name,
            score=None if number % 7 == 0 else number % 101,
            language="pt" if number in (11, 23) else "en",
        )
        for number, name in enumerate(islice(cycle(MORE_NAMES), 40), start=1)
    ]
    return pages, list(samples.DESIGN.pdfs(pages))


def test_a_batch_keeps_the_order(batch):
    pages, pdfs = batch
    assert len(pdfs) == len(pages)
    for page, pdf in zip(pages, pdfs, strict=True):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert page.claim.serial in str(document.docinfo["/Title"])
            assert page.claim.name in str(document.docinfo["/Title"])


def test_most_of_a_batch_is_cut_from_a_stencil(key, monkeypatch):
    cut = []
    fill = Stencil.fill
    monkeypatch.setattr(Stencil, "fill", lambda self, *given: cut.append(1) or fill(self, *given))
    pages = [samples.page(key, number) for number in range(1, 21)]
    assert len(list(samples.DESIGN.pdfs(pages))) == 20
    assert len(cut) == 20


def test_each_page_looks_and_reads_as_if_set_by_itself(batch):
    pages, pdfs = batch
    for page, pdf in zip(pages, pdfs, strict=True):
        alone = pypdfium2.PdfDocument(samples.DESIGN.pdf(page))
        cut = pypdfium2.PdfDocument(pdf)
        difference = ImageChops.difference(
            alone[0].render(scale=1.5).to_pil(), cut[0].render(scale=1.5).to_pil()
        )
        assert difference.getbbox() is None, page.claim.name
        assert (
            cut[0].get_textpage().get_text_bounded() == alone[0].get_textpage().get_text_bounded()
        )
        assert cut.get_metadata_dict() == alone.get_metadata_dict()


def test_the_link_goes_to_its_own_certificate(batch):
    for page, pdf in zip(*batch, strict=True):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            (link,) = document.pages[0].Annots
            assert str(link.A.URI) == page.verify_url
            assert str(link.Contents) == page.verify_url
            area = [float(number) for number in link.Rect]
        with pikepdf.open(io.BytesIO(samples.DESIGN.pdf(page))) as document:
            (alone,) = document.pages[0].Annots
            assert area == pytest.approx([float(number) for number in alone.Rect], abs=0.01)


def test_the_qr_code_is_its_own(batch):
    for page, pdf in list(zip(*batch, strict=True))[::3]:
        image = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
        assert [
            code.text
            for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
        ] == [page.qr_address]


@pytest.mark.parametrize("standard", ["PDFA_3_A", "PDFUA_1"])
def test_a_signed_batch_keeps_both_standards(batch, key, keys, standard):
    for pdf in batch[1][::14]:
        signed = sign_pdf(pdf, key, samples.NOW, "Certificate")
        assert check_pdf(signed, keys.records()).is_ours
        assert verapdf.failures(signed, standard) == []
        assert len(signed) <= 60_000


def test_a_design_without_its_lines_is_refused(key, monkeypatch):
    monkeypatch.setitem(page_module._LINE_COLOURS, "number", "#123456")
    pages = [samples.page(key, number) for number in range(1, 9)]
    with pytest.raises(NotAStencil):
        list(samples.DESIGN.pdfs(pages))
