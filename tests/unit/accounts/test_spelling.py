"""How names, addresses, numbers and codes are spelled, so that the same is found again."""

from __future__ import annotations

import pytest

from lms.accounts.browsers import browser_words
from lms.accounts.passwords import find_fault, hash_password, is_outdated, is_right
from lms.accounts.refusals import Refusal
from lms.accounts.spelling import tidy_code, tidy_email, tidy_name, tidy_number
from lms.accounts.vault import Vault, new_code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana\tMaria\n", "Ana Maria"),
        ("E\u0301loi\u0308se", "Éloïse"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\x00b\x1bc", "a b c"),
        ("", ""),
    ],
)
def test_names_keep_every_letter_and_lose_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert tidy_name(typed) == kept


def test_addresses_and_numbers_do_not_depend_on_capitals_or_spaces() -> None:
    assert tidy_email(" Officer@Demo.Example ") == "officer@demo.example"
    assert tidy_number(" dz  1042") == tidy_number("DZ 1042") == tidy_number("ＤＺ 1042")


def test_a_code_is_right_however_it_was_copied_from_paper() -> None:
    code = new_code()
    assert tidy_code(code) == code.replace("-", "")
    assert tidy_code("k7qf2 oil9x") == tidy_code("K7QF2-0119X")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("1234567", Refusal.PASSWORD_SHORT),
        ("x" * 1025, Refusal.PASSWORD_LONG),
        ("password", Refusal.PASSWORD_COMMON),
        ("P@ssw0rd", Refusal.PASSWORD_COMMON),
        ("azertyuiop", Refusal.PASSWORD_COMMON),
        ("aaaaaaaaaaaa", Refusal.PASSWORD_COMMON),
        ("abcdefgh", Refusal.PASSWORD_COMMON),
        ("my name is Adébáyọ̀", Refusal.PASSWORD_OWN_NAME),
        ("adebayo.customs.5512", Refusal.PASSWORD_OWN_NAME),
        ("paper lantern harbour", None),
        ("eau pomme nuage", None),
        ("مفتاح الباب الأزرق", None),
        ("kx8 vbn2 q", None),
    ],
)
def test_what_can_be_guessed_is_refused_and_no_signs_are_demanded(
    password: str, fault: Refusal | None
) -> None:
    assert find_fault(password, ("Ọlá Adébáyọ̀", "o.adebayo@customs.example")) is fault


def test_a_password_is_right_only_for_the_account_that_has_one() -> None:
    kept = hash_password("paper lantern harbour")
    assert kept.startswith("$argon2id$")
    assert not is_outdated(kept)
    assert is_right(kept, "paper lantern harbour")
    assert not is_right(kept, "paper lantern harbou")
    assert not is_right(None, "nobody has this password")
    assert not is_right("no hash at all", "paper lantern harbour")


def test_what_is_sealed_opens_under_the_same_secret_only() -> None:
    vault, other = Vault("a" * 32), Vault("b" * 32)
    sealed = vault.seal("secret words")
    assert vault.unseal(sealed) == "secret words"
    assert other.unseal(sealed) is None
    assert vault.unseal("") is None
    assert vault.fingerprint("ab", "c") != vault.fingerprint("a", "bc")
    assert vault.fingerprint("a") != other.fingerprint("a")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
            "Firefox, Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/140.0 Safari/537.36 Edg/1",
            "Edge, Windows",
        ),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words
