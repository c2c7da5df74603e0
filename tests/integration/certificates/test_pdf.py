"""The printed certificate: archive standard, accessible, signed, readable, tamper-evident."""

from __future__ import annotations

import contextlib
import io
import logging
import random
import re
import unicodedata

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image, ImageFilter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import load_certs_from_pemder_data
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from lms.adapters.pades import check_pdf, sign_pdf
from lms.adapters.pdf import AssetFetcher, MissingLetters, PdfRenderer, UnexpectedAddress
from lms.adapters.signing import KeyStore
from lms.core.credentials.status import status_list
from lms.core.credentials.verdict import Kind, verify
from tests.integration.certificates import samples, verapdf

LONG_NAME = (
    "Maria da Conceição Évora dos Santos Gonçalves de Assunção Pereira da Luz "
    "Monteiro Fortes e Silva"
)
LONG_COURSE = (
    "Utilização de um espectrómetro Raman portátil em postos fronteiriços: reconhecimento, "
    "registo e conduta segura, com um módulo de avaliação prática"
)
CASES = {
    "plain": {},
    "french": {"language": "fr", "organisation": "Direction générale des douanes"},
    "longest": {"language": "pt", "name": LONG_NAME, "course": LONG_COURSE},
    "no score, no expiry": {"score": None, "expires_on": None},
    "african letters": {"name": "Ŋkɔ̃kɛ́ Gbɔ̃ɖe Ṣódípọ̀"},
    "right to left": {"name": "محمد الأمين ولد الشيخ"},
}


# WeasyPrint leaves its colour profile to be closed by the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014:ResourceWarning")


@pytest.fixture(scope="module", autouse=True)
def _quiet():
    """pyHanko tells at length what is wrong with the damaged files these tests make."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> KeyStore:
    return KeyStore(tmp_path_factory.mktemp("keys"), "a passphrase for tests")


@pytest.fixture(scope="module")
def key(keys):
    return keys.signing_key(samples.ISSUER, samples.ISSUED_ON)


@pytest.fixture(scope="module")
def signed(key):
    """Each case once: its page and its signed PDF."""
    made = {}
    for number, (case, change) in enumerate(CASES.items(), start=1):
        page = samples.page(key, number, **change)
        made[case] = (page, sign_pdf(samples.DESIGN.pdf(page), key, samples.NOW, "Certificate"))
    return made


def picture(pdf: bytes, dpi: int = 150) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0].render(scale=dpi / 72).to_pil()


def text_of(pdf: bytes) -> str:
    """The page's text with single spaces, composed."""
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", text))


def decoded(image: Image.Image) -> list[str]:
    return [
        code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    ]


@pytest.mark.parametrize("standard", ["PDFA_3_A", "PDFUA_1"])
@pytest.mark.parametrize("case", CASES)
def test_a_signed_certificate_keeps_both_standards(signed, case, standard):
    assert verapdf.failures(signed[case][1], standard) == []


def test_the_validator_does_find_faults(signed):
    with pikepdf.open(io.BytesIO(signed["plain"][1])) as document:
        del document.Root.Lang
        del document.Root.OutputIntents
        output = io.BytesIO()
        document.save(output)
    assert verapdf.failures(output.getvalue(), "PDFUA_1")
    assert verapdf.failures(output.getvalue(), "PDFA_3_A")


@pytest.mark.parametrize("case", CASES)
def test_pyhanko_accepts_the_signature(signed, key, case):
    reader = PdfFileReader(io.BytesIO(signed[case][1]))
    (signature,) = reader.embedded_signatures
    pem = key.record.certificate.public_bytes(Encoding.PEM)
    roots = list(load_certs_from_pemder_data(pem))
    status = validate_pdf_signature(
        signature, ValidationContext(trust_roots=roots, allow_fetching=False)
    )
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok
    assert signature.docmdp_level is MDPPerm.NO_CHANGES
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.self_reported_timestamp == samples.NOW
    signed_attributes = {
        attribute["type"].native for attribute in signature.signer_info["signed_attrs"]
    }
    assert signed_attributes == {"content_type", "message_digest", "signing_certificate_v2"}


def test_our_own_check_knows_our_files(signed, keys):
    for _, pdf in signed.values():
        checked = check_pdf(pdf, keys.records())
        assert checked.is_ours
        assert checked.signer.issuer == samples.ISSUER


def test_every_changed_byte_is_noticed(signed, keys):
    """Row P1: also inside the signature's own room, which no signature covers."""
    pdf = signed["plain"][1]
    records = keys.records()
    chance = random.Random(20261124)
    room = pdf.index(b"/Contents <")
    places = [chance.randrange(len(pdf)) for _ in range(250)]
    places += [chance.randrange(room, room + 4_100) for _ in range(100)]
    places += [chance.randrange(200) for _ in range(25)]
    places += [len(pdf) - 1 - chance.randrange(400) for _ in range(25)]
    for place in places:
        changed = bytearray(pdf)
        changed[place] ^= 1 << chance.randrange(8)
        assert not check_pdf(bytes(changed), records).is_ours, place


def test_additions_and_other_files_are_not_ours(signed, keys, tmp_path):
    page, pdf = signed["plain"]
    records = keys.records()
    assert not check_pdf(pdf + b"\n", records).is_ours
    assert not check_pdf(pdf[:-1], records).is_ours
    assert not check_pdf(samples.DESIGN.pdf(page), records).is_ours
    assert not check_pdf(b"", records).is_ours
    assert not check_pdf(b"%PDF-1.7\nno", records).is_ours
    assert not check_pdf(_unlocked(pdf), records).is_ours
    stranger = KeyStore(tmp_path / "other", "x").signing_key(samples.ISSUER, samples.ISSUED_ON)
    for original in (samples.DESIGN.pdf(page), _unlocked(pdf)):
        forged = sign_pdf(original, stranger, samples.NOW, "Certificate")
        assert check_pdf(forged, records).intact
        assert not check_pdf(forged, records).is_ours


def _unlocked(pdf: bytes) -> bytes:
    """The file without its signature, as someone would prepare it for another one."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.Root.AcroForm
        del document.Root.Perms
        del document.pages[0].Annots
        output = io.BytesIO()
        document.save(output)
    return output.getvalue()


def test_the_qr_code_holds_the_signed_facts(signed, keys):
    for page, pdf in signed.values():
        (address,) = decoded(picture(pdf))
        assert address == page.qr_address
        verdict = verify(address, keys.trusted(), status_list({}), samples.NOW)
        assert verdict.kind is Kind.VALID
        assert verdict.claim == page.claim


def test_the_qr_code_is_at_least_30_mm_wide(signed):
    for page, pdf in signed.values():
        dpi = 254
        (code,) = zxingcpp.read_barcodes(picture(pdf, dpi), formats=zxingcpp.BarcodeFormat.QRCode)
        width = (code.position.top_right.x - code.position.top_left.x) / dpi * 25.4
        assert width >= 30, page.claim.name


@pytest.mark.parametrize("case", CASES)
def test_the_qr_code_survives_print_and_scan(signed, case):
    """Row P2: 150 dpi, grey, turned, blurred, badly compressed."""
    page, pdf = signed[case]
    clean = picture(pdf, 150).convert("L")
    squeezed = io.BytesIO()
    clean.filter(ImageFilter.GaussianBlur(0.6)).save(squeezed, "JPEG", quality=40)
    damaged = {
        "grey": clean,
        "turned 15 degrees": clean.rotate(15, expand=True, fillcolor=255, resample=3),
        "turned 90 degrees": clean.rotate(90, expand=True),
        "blurred": clean.filter(ImageFilter.GaussianBlur(1.0)),
        "pale": clean.point(lambda value: 140 + value // 3),
        "badly compressed": Image.open(squeezed),
        "turned, blurred, badly compressed": Image.open(squeezed).rotate(
            -7, expand=True, fillcolor=255, resample=3
        ),
    }
    for damage, image in damaged.items():
        assert decoded(image) == [page.qr_address], damage


@pytest.mark.parametrize("name", samples.NAMES)
def test_every_letter_of_a_name_is_in_the_text(key, name):
    page = samples.page(key, name=name)
    pdf = samples.DESIGN.pdf(page)
    assert page.claim.name in text_of(pdf)
    assert ".notdef" not in _glyph_problems(pdf)


@pytest.mark.parametrize("name", ["\U00013000 Awa", "Awa \U0002f800"])
def test_a_letter_no_font_has_stops_the_printing(key, name):
    with pytest.raises(MissingLetters):
        samples.DESIGN.pdf(samples.page(key, name=name))


def _glyph_problems(pdf: bytes) -> list[str]:
    return [line for line in verapdf.failures(pdf, "PDFUA_1") if "notdef" in line]


def test_all_signed_facts_are_in_the_text(signed):
    page, pdf = signed["plain"]
    text = text_of(pdf)
    for fact in (
        page.claim.name,
        page.claim.course,
        page.claim.serial,
        page.claim.issuer,
        "24 November 2026",
        "23 November 2029",
        "82%",
        page.verify_url,
        "Not issued or endorsed by the WCO or by the Government of Japan.",
    ):
        assert fact in text


def test_a_certificate_without_score_or_expiry_prints_neither(signed):
    text = text_of(signed["no score, no expiry"][1])
    assert "final result" not in text
    assert "2029" not in text


def test_the_longest_name_stays_on_one_page_and_clear_of_the_rest(key):
    page = samples.page(
        key, name=LONG_NAME * 2, course=LONG_COURSE, organisation="A" * 80, language="en"
    )
    pdf = samples.DESIGN.pdf(page)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    text = document[0].get_textpage()
    whole = text.get_text_bounded()
    result = text.get_charbox(whole.index("with a final result"))
    issued = text.get_charbox(whole.index("24 November 2026"))
    assert result[1] > issued[3]


def test_markup_in_a_name_stays_text(key):
    hostile = '<img src="file:///etc/passwd"> & <script>x</script>'
    assert hostile in text_of(samples.DESIGN.pdf(samples.page(key, name=hostile)))


def test_fonts_are_embedded_and_the_file_is_small(signed):
    for _, pdf in signed.values():
        assert len(pdf) <= 60_000
        with pikepdf.open(io.BytesIO(pdf)) as document:
            fonts = document.pages[0].Resources.Font
            for font in fonts.values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            assert any("Gentium" in str(font.BaseFont) for font in fonts.values())


def test_title_author_and_language_are_set(signed):
    page, pdf = signed["french"]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "fr"
        assert page.claim.serial in str(document.docinfo["/Title"])
        assert page.claim.issuer == str(document.docinfo["/Author"])
        assert document.Root.ViewerPreferences.DisplayDocTitle


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "ftp://127.0.0.1/x.png",
        "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
        "//example.org/x.png",
        "asset:../certificate.css",
        "asset:missing.svg",
        "x.png",
        "javascript:1",
    ],
)
@pytest.mark.parametrize(
    "html",
    [
        '<p>x<img alt="x" src="{}">',
        "<p style=\"background: url('{}')\">x",
        '<link rel="stylesheet" href="{}"><p>x',
        '<style>@import url("{}");</style><p>x',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}" width="9" height="9"/></svg>',
    ],
)
def test_a_page_fetches_nothing_but_its_assets(html, address, monkeypatch):
    """Row S5: no connection, no file, no redirect, whatever the page asks for."""
    fetched = []
    for door in ("socket.socket.connect", "urllib.request.OpenerDirector.open"):
        monkeypatch.setattr(door, lambda *given, **_more: fetched.append(given))
    asked = []
    refuse = AssetFetcher.fetch

    def watched(self, url, headers=None):
        asked.append(url)
        return refuse(self, url, headers)

    monkeypatch.setattr(AssetFetcher, "fetch", watched)
    renderer = PdfRenderer("p { color: black }", {"known.svg": b"<svg/>"})
    page = f'<html lang="en"><title>t</title>{html.format(address)}'
    if "<image" in html:
        # WeasyPrint does not load pictures inside inline SVG unless it must draw them.
        with contextlib.suppress(UnexpectedAddress):
            renderer.render(page)
    else:
        with pytest.raises(UnexpectedAddress):
            renderer.render(page)
        assert asked
    assert fetched == []


def test_a_page_gets_its_assets():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
    renderer = PdfRenderer("img { width: 9mm }", {"known.svg": svg})
    html = '<html lang="en"><title>t</title><p><img alt="x" src="asset:known.svg"></p>'
    assert renderer.render(html).startswith(b"%PDF-1.7")


def test_a_drawing_needs_its_place():
    with pytest.raises(ValueError, match="no place"):
        PdfRenderer("", {}).render('<html lang="en"><title>t</title><p>x', b"0 0 1 1 re")
