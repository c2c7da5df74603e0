"""An officer's whole way in the browser, from sign-in to certificate, and then a stranger's."""

import io
import re

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import assert_accessible, sign_in
from tests.fixtures.officer import answer

COURSE = "/courses/using-a-raman-spectrometer"


@pytest.mark.parametrize(
    ("width", "javascript", "language"),
    [(360, True, "en"), (360, False, "fr"), (1280, True, "pt"), (1280, False, "en")],
)
def test_an_officer_learns_passes_and_is_certified(open_page, site, width, javascript, language):
    page = open_page(width=width, javascript=javascript)
    sign_in(page, site, "officer@demo.example")
    speak(page, language)
    assert_accessible(page)

    read_all_lessons(page)
    take_quiz(page, javascript)
    assert_accessible(page)
    expect(page.locator("main")).to_contain_text("100")

    serial = certificate(page)
    page.goto("/certificates")
    assert_accessible(page)

    stranger = open_page(width=width, javascript=javascript, language=language)
    stranger.goto(f"/verify/{serial}")
    expect(stranger.locator("main")).to_contain_text(serial)
    expect(stranger.locator("main")).to_contain_text("Demo officer")
    expect(stranger.locator("html")).to_have_attribute("lang", language)
    assert_accessible(stranger)


def speak(page: Page, language: str) -> None:
    menu = page.locator(f"button[name=language][value={language}]")
    page.locator("details", has=menu).locator("summary").click()
    menu.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def read_all_lessons(page: Page) -> None:
    """Follow what comes next until it is the quiz."""
    page.goto(COURSE)
    assert_accessible(page)
    while "/lessons/" in (following := next_step(page)):
        page.goto(following)
        assert_accessible(page)
        answer_checks(page)
        confirm = page.locator(".lesson-nav button[type=submit]")
        if confirm.count():
            confirm.click()
        page.goto(COURSE)
        assert next_step(page) != following
    page.goto(following)


def next_step(page: Page) -> str:
    return page.locator("main a.btn-primary").first.get_attribute("href") or ""


def answer_checks(page: Page) -> None:
    asked = page.locator("section.check-box form")
    while waiting := asked.count():
        answer(asked.first.locator("fieldset.question"))
        asked.first.locator("button[type=submit]").click()
        expect(asked).to_have_count(waiting - 1)


def take_quiz(page: Page, javascript: bool) -> None:
    assert_accessible(page)
    page.locator("main button.btn-primary").click()
    page.wait_for_url(re.compile("/attempts/"))
    if javascript:
        answer_one_by_one(page)
    else:
        answer_page_by_page(page)
    assert_accessible(page)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile("/result$"))


def answer_one_by_one(page: Page) -> None:
    assert_accessible(page)
    for slot in page.locator("section.slot").all():
        expect(slot).to_be_visible()
        answer(slot.locator("fieldset.question"))
        expect(page.locator("[data-state=saved]")).to_be_visible()
        slot.locator("[data-go=next], [data-finish]").click()
    page.wait_for_url(re.compile("/confirm$"))


def answer_page_by_page(page: Page) -> None:
    page.wait_for_url(re.compile(r"\?page=1$"))
    while not page.url.endswith("/confirm"):
        assert_accessible(page)
        for question in page.locator("fieldset.question").all():
            answer(question)
        page.locator("[data-without-script] button").click()


def certificate(page: Page) -> str:
    """Download the certificate that the result shows; its serial."""
    address = page.locator("a[href$='.pdf']").first.get_attribute("href")
    serial = re.fullmatch(r"/certificates/(VG-[0-9A-Z-]+)\.pdf", address).group(1)
    answered = page.request.get(address)
    assert answered.status == 200
    with pikepdf.open(io.BytesIO(answered.body())) as document:
        assert serial in str(document.docinfo["/Title"])
    return serial
