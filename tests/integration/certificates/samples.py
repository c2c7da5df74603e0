"""Certificates to print in tests, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from lms.adapters.signing import SigningKey
from lms.certificates.page import Design, Page
from lms.core.credentials import cose
from lms.core.credentials.address import qr_address
from lms.core.credentials.claim import Claim, claim_to_cbor, printed_text
from lms.core.credentials.numbers import code_from_bits, serial_from_bits, shown_code

ROOT = Path(__file__).parents[3]
DESIGN = Design(ROOT / "templates", ROOT / "lms" / "translations")
PUBLIC_URL = "https://lms.example.org"
ISSUER = "Demo Customs Administration"
ISSUED_ON = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)

NAMES = (
    "Awa Ndiaye-Sarr",
    "Éléonore Brûlé-Lœuillet d’Aÿ Çağlar",
    "Gonçalo Évora Magalhães Conceição Brandão",
    "Ọláyínká Ọbáfẹ́mi Ṣódípọ̀",
    "Ŋkɔ̃kɛ́ Gbɔ̃ɖe Ƒafali Ɣekpe",
    "Ɓukar Ɗanjuma Ƙasim Ƴaro",
    "Ștefan Łukasz Đorđe Ðárfinnur Żółć",
    "Ngũgĩ Ṱhavhani Ḽavhelesani",
    "Nguyễn Thị Hường",
    "Αθηνά Δημητρίου",
    "Владимир Ёлкин",
)


def page(key: SigningKey, number: int = 1, **change: object) -> Page:
    """A page that is different for every number; any field of claim or page can be given."""
    organisation = str(change.pop("organisation", ""))
    facts: dict[str, object] = {
        "name": "Awa Ndiaye-Sarr",
        "course": "Using a handheld Raman spectrometer",
        "language": "en",
        "issued_on": ISSUED_ON,
        "expires_on": date(2029, 11, 23),
        "score": 82,
        **change,
    }
    facts["name"] = printed_text(str(facts["name"]))
    claim = Claim(
        serial=serial_from_bits(number * 0x1F123BB5159A55E % 2**60),
        issuer=ISSUER,
        status_index=number * 7919 % 131_072,
        **facts,  # type: ignore[arg-type]
    )
    code = code_from_bits(number * 0x1F123BB5159A55E5C5C7B1B7D3A9F1B % 2**128)
    return Page(
        claim=claim,
        code=code,
        verify_url=f"{PUBLIC_URL}/verify/{shown_code(code)}",
        qr_address=qr_address(PUBLIC_URL, cose.sign(claim_to_cbor(claim), key.private_key)),
        organisation=organisation,
    )
