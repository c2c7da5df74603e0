"""What a stranger is told: the same facts as on the paper, and nothing more."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient

from lms.certificates.queries import claim_in
from lms.certificates.services.status import Act, change_status
from lms.core.access import SYSTEM
from lms.core.credentials import cose
from lms.core.credentials.address import qr_address, to_base32
from lms.core.credentials.claim import claim_to_cbor
from lms.core.credentials.numbers import shown_code
from lms.db import transaction

NOT_OURS = (
    "00000000000000000000000000",
    "VG-0000-0000-0000",
    "unknown",
    "no such thing",
    "a/b/c",
    "%3Cscript%3E",
    "é" * 300,
    "7" * 3_000,
)


@pytest.fixture
def certificate(create_officer, create_quiz, attempt, complete):
    officer = create_officer(display_name="Éléonore Brûlé", staff_number="S-77")
    attempt(officer, create_quiz(), 1, 82)
    return complete(officer)


@pytest.fixture
def change(session, clock):
    def change(certificate, *acts):
        for act in acts:
            with transaction(session):
                assert change_status(session, SYSTEM, certificate, act, "a private reason", clock())

    return change


def facts(page):
    return [element.text.strip() for element in page.all("dd") if element.text]


@pytest.mark.parametrize("kind", ["code", "grouped code", "serial", "small letters"])
def test_what_is_printed_leads_to_the_certificate(client, certificate, kind):
    typed = {
        "code": certificate.code,
        "grouped code": shown_code(certificate.code),
        "serial": certificate.serial,
        "small letters": certificate.serial.lower().replace("-", " "),
    }[kind]
    client.get("/verify")
    response = client.submit("/verify", certificate=typed)
    assert response.status_code == 200
    assert client.page.heading == "Valid"


def test_a_scanned_address_pasted_into_the_form_does_too(client, certificate):
    address = qr_address(certificate.public_url, certificate.message)
    client.get("/verify")
    client.submit("/verify", certificate=f" {address[:40]}\n{address[40:]} ")
    assert client.page.heading == "Valid"
    printed = f"{certificate.public_url}/verify/{shown_code(certificate.code)}"
    client.get("/verify")
    client.submit("/verify", certificate=printed)
    assert client.page.heading == "Valid"


def test_the_qr_address_answers_by_itself(client, certificate):
    address = qr_address(certificate.public_url, certificate.message)
    client.get(urlsplit(address).path)
    assert client.page.heading == "Valid"


def test_exactly_the_signed_facts_are_shown(client, certificate):
    client.get(f"/verify/{certificate.code}")
    claim = claim_in(certificate)
    labels = [element.text for element in client.page.all("dt")]
    assert labels == [
        "Name",
        "Course",
        "Final result",
        "Issued on",
        "Valid until",
        "Certificate number",
        "Issued by",
    ]
    for fact in (
        claim.name,
        claim.course,
        "82%",
        "1 December 2026",
        "30 November 2028",
        claim.serial,
        claim.issuer,
    ):
        assert fact in client.page.words
    assert "Compare with the paper" in client.page.words
    for private in ("S-77", "demo.example", certificate.code):
        assert private not in client.page.words


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Valid"), ("fr", "Éléonore Brûlé"), ("pt", "Éléonore Brûlé")]
)
def test_the_language_stands_in_the_address(client, certificate, language, word):
    client.get(f"/verify/{certificate.code}?language={language}")
    assert client.page.one("html").get("lang") == language
    assert word in client.page.words


def test_the_form_keeps_the_language(client, certificate):
    client.get("/verify?language=pt")
    client.submit("/verify", certificate=certificate.serial)
    assert client.page.one("html").get("lang") == "pt"


@pytest.mark.parametrize(
    ("acts", "days", "word"),
    [
        ((), 0, "Valid"),
        ((), 732, "Expired"),
        ((), -2, "Not valid yet"),
        ((Act.SUSPEND,), 0, "Suspended"),
        ((Act.SUSPEND, Act.REINSTATE), 0, "Valid"),
        ((Act.REVOKE,), 0, "Revoked"),
        ((Act.REVOKE,), 732, "Revoked"),
        ((Act.SUSPEND, Act.REVOKE), 0, "Revoked"),
    ],
)
def test_every_state_has_its_word_by_code_and_by_qr(
    client, certificate, change, clock, acts, days, word
):
    change(certificate, *acts)
    clock.now += timedelta(days=days)
    for address in (certificate.code, f"/V/{to_base32(certificate.message)}"):
        client.get(address if address.startswith("/") else f"/verify/{address}")
        assert client.page.heading == word
        assert "a private reason" not in client.page.words


def test_the_day_of_the_revocation_is_told(client, certificate, change, clock):
    clock.forward(days=3)
    change(certificate, Act.REVOKE)
    clock.forward(days=5)
    client.get(f"/verify/{certificate.code}")
    assert "it was revoked on 4 December 2026" in client.page.words


def test_unknown_malformed_and_never_issued_are_answered_alike(client, certificate, seal):
    claim = claim_in(certificate)
    from_elsewhere = cose.sign(claim_to_cbor(claim), ec.generate_private_key(ec.SECP256R1()))
    addresses = [
        *(f"/verify/{typed}" for typed in NOT_OURS),
        "/V/AAAA",
        "/V/not-base32",
        f"/V/{to_base32(from_elsewhere)}",
    ]
    answers = {(response.status_code, response.data) for response in map(client.get, addresses)}
    assert len(answers) == 1
    ((status, body),) = answers
    assert status == 404
    assert b"No such certificate" in body


def test_what_was_typed_is_not_repeated(client):
    client.get("/verify")
    response = client.submit("/verify", certificate="<b>VG-FAKE</b>")
    assert response.status_code == 404
    assert "FAKE" not in response.text


def test_a_forged_payload_is_called_not_genuine(client, certificate):
    """The name is changed and the rest, key id and signature included, left as it was."""
    forged = certificate.message.replace("Brûlé".encode(), b"Brala!" + b"!")
    assert forged != certificate.message
    response = client.get(f"/V/{to_base32(forged)}")
    assert client.page.heading == "Not genuine"
    assert "Brala" not in response.text
    assert not client.page.all("dd")


def test_signed_by_us_and_not_in_the_register_is_no_green_answer(client, certificate, seal, clock):
    """As after a restore of an older backup."""
    claim = claim_in(certificate)
    key = seal.keys.signing_key(claim.issuer, clock().date())
    other = claim_to_cbor(type(claim)(**{**_fields(claim), "serial": "VG-1111-2222-3333"}))
    client.get(f"/V/{to_base32(cose.sign(other, key.private_key))}")
    assert client.page.heading == "Signed by us, status unknown"


def test_old_certificates_stay_valid_when_the_key_is_changed(
    client, session, certificate, seal, clock, create_officer, complete
):
    clock.forward(days=1)
    seal.keys.rotate(certificate.issuer, clock().date())
    newer = complete(create_officer())
    assert newer.kid != certificate.kid
    for one in (certificate, newer):
        client.get(f"/V/{to_base32(one.message)}")
        assert client.page.heading == "Valid"


def test_a_withdrawn_key_is_no_longer_trusted(client, certificate, seal):
    seal.keys.withdraw(bytes.fromhex(certificate.kid), certificate.issued_on)
    for address in (f"/verify/{certificate.code}", f"/V/{to_base32(certificate.message)}"):
        client.get(address)
        assert client.page.heading == "No longer trusted"


def test_strangers_get_no_cookie_and_no_copy_is_kept(client, certificate):
    for address in ("/verify", f"/verify/{certificate.code}", "/verify/unknown"):
        response = client.get(address)
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert client.page.one("meta", name="robots").get("content") == "noindex"
        assert not client.page.all("script")


def test_the_page_with_everything_it_loads_weighs_little(app, client, certificate):
    client.get(f"/verify/{certificate.code}")
    loaded = {link.get("href") for link in client.page.all("link")}
    assert loaded
    bare = FlaskClient(app)
    weight = sum(
        len(bare.get(address, headers={"Accept-Encoding": "br"}).data)
        for address in (client.page.address, *loaded)
    )
    assert weight <= 25_000


def test_an_empty_question_is_asked_again(client):
    client.get("/verify")
    response = client.submit("/verify", certificate="")
    assert response.status_code == 200
    assert "Type what is printed on the certificate." in client.page.words


def test_many_questions_in_a_minute_are_asked_to_wait(client, certificate):
    answers = [client.get(f"/verify/{certificate.code}").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
    response = client.get("/V/AAAA")
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) == 60
    assert "Set-Cookie" not in response.headers
    assert client.get("/verify").status_code == 200


def test_the_published_files_let_anyone_check_without_us(client, certificate, change, clock):
    change(certificate, Act.REVOKE)
    keys, status = (
        client.get(f"/.well-known/{name}")
        for name in ("certificate-keys.json", "certificate-status")
    )
    assert [key["kid"] for key in keys.json["keys"]] == [certificate.kid]
    assert status.json["type"] == "EnvelopedVerifiableCredential"
    for response in (keys, status):
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in response.headers


def test_without_any_certificate_there_is_no_status_list(client):
    assert client.get("/.well-known/certificate-status").status_code == 404
    assert client.get("/.well-known/certificate-keys.json").json["keys"] == []


def _fields(claim):
    return {name: getattr(claim, name) for name in claim.__dataclass_fields__}
