"""The key folder: made once, encrypted, kept for as long as certificates live."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from lms.adapters.signing import SIGNING_LIFE, KeyStore, SigningKeyError
from lms.core.credentials import cose

TODAY = date(2026, 11, 24)


@pytest.fixture
def store(tmp_path) -> KeyStore:
    return KeyStore(tmp_path / "keys", "correct horse")


def test_a_key_is_made_on_first_use_and_kept(store, tmp_path):
    made = store.signing_key("Customs", TODAY)
    again = KeyStore(tmp_path / "keys", "correct horse").signing_key("Customs", TODAY)
    assert again.record == made.record
    message = cose.sign(b"\x00", again.private_key)
    assert cose.is_signed_by(cose.read(message), made.record.public_key)


def test_the_private_key_is_encrypted_and_for_the_owner_only(store, tmp_path):
    kid = store.signing_key("Customs", TODAY).record.kid.hex()
    path = tmp_path / "keys" / f"{kid}.key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert not [name for name in (tmp_path / "keys").iterdir() if name.name.count(".pem.")]


def test_a_wrong_passphrase_is_told_apart_from_a_damaged_file(store, tmp_path):
    kid = store.signing_key("Customs", TODAY).record.kid.hex()
    with pytest.raises(SigningKeyError) as refused:
        KeyStore(tmp_path / "keys", "wrong").signing_key("Customs", TODAY)
    assert refused.value.code == "wrong_passphrase"
    (tmp_path / "keys" / f"{kid}.key.pem").unlink()
    with pytest.raises(SigningKeyError) as refused:
        KeyStore(tmp_path / "keys", "correct horse").signing_key("Customs", TODAY)
    assert refused.value.code == "damaged_key"
    with pytest.raises(SigningKeyError):
        KeyStore(tmp_path, "")


@pytest.mark.parametrize("content", ["", "{}", '{"issuer": "C", "made_on": "x"}', "[]", "null"])
def test_a_damaged_record_is_refused(store, tmp_path, content):
    kid = store.signing_key("Customs", TODAY).record.kid.hex()
    (tmp_path / "keys" / f"{kid}.json").write_text(content)
    with pytest.raises(SigningKeyError) as refused:
        KeyStore(tmp_path / "keys", "correct horse").trusted()
    assert refused.value.code == "damaged_key"


def test_a_certificate_swapped_for_another_is_refused(store, tmp_path):
    first = store.signing_key("Customs", TODAY).record.kid.hex()
    second = store.signing_key("Port", TODAY).record.kid.hex()
    folder = tmp_path / "keys"
    (folder / f"{first}.crt.pem").write_bytes((folder / f"{second}.crt.pem").read_bytes())
    with pytest.raises(SigningKeyError):
        KeyStore(folder, "correct horse").trusted()


def test_each_issuer_has_its_own_key(store):
    keys = {store.signing_key(issuer, TODAY).record.kid for issuer in ("A", "B", "A")}
    assert len(keys) == 2
    assert {trusted.issuer for trusted in store.trusted().values()} == {"A", "B"}


def test_after_two_years_a_new_key_signs_and_the_old_one_stays_trusted(store):
    old = store.signing_key("A", TODAY).record
    last_day = TODAY + SIGNING_LIFE - timedelta(days=1)
    assert store.signing_key("A", last_day).record.kid == old.kid
    new = store.signing_key("A", TODAY + SIGNING_LIFE).record
    assert new.kid != old.kid
    assert set(store.trusted()) == {old.kid, new.kid}
    assert [record.kid for record in store.records()] == [old.kid, new.kid]


def test_rotation_takes_effect_at_once_and_elsewhere(store, tmp_path):
    other = KeyStore(tmp_path / "keys", "correct horse")
    assert other.signing_key("A", TODAY).record.kid == store.signing_key("A", TODAY).record.kid
    new = store.rotate("A", TODAY + timedelta(days=1))
    assert other.signing_key("A", TODAY + timedelta(days=1)).record.kid == new.record.kid


def test_a_withdrawn_key_no_longer_signs(store):
    old = store.signing_key("A", TODAY).record
    store.withdraw(old.kid, TODAY)
    assert store.trusted()[old.kid].untrusted_from == TODAY
    assert store.signing_key("A", TODAY).record.kid != old.kid
    with pytest.raises(KeyError):
        store.withdraw(b"unknown!", TODAY)


def test_no_keys_yet_means_no_trust(store):
    assert store.trusted() == {}
    assert store.records() == []


def test_two_processes_make_one_key(tmp_path):
    def first_use(_number: int) -> bytes:
        store = KeyStore(tmp_path / "keys", "correct horse")
        return store.signing_key("A", TODAY).record.kid

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(first_use, range(16)))) == 1


def test_a_long_issuer_name_still_makes_a_certificate(store):
    name = "Direction générale des douanes et droits indirects " * 3
    assert store.signing_key(name, TODAY).record.issuer == name
