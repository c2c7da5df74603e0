"""What pages weigh on the wire, with everything they fetch, on a first visit and later."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bench import taking
from bench.browser import Browser, Weight
from bench.content import COURSE as BENCH_COURSE
from bench.servers import PRODUCT, serving
from bench.site import COURSE, LESSON, SQLITE, Officer, Site, Sites
from bench.table import Row
from lms.accounts.models import Person
from lms.adapters.clock import system_clock
from lms.certificates.services.issue import issue
from lms.core.access import SYSTEM
from lms.core.credentials.numbers import shown_code
from lms.courses.models import Course
from lms.db import new_session, transaction

COLD_KB, WARM_KB = 60, 15
JOURNEY_COLD_KB, JOURNEY_WARM_KB = 150, 60
SCRIPT_KB, VERIFY_KB = 15, 25
_COMMON_SCRIPT = "/static/js/app."


def run(sites: Sites) -> list[Row]:
    """Kilobytes of 1,000 bytes, heads included."""
    site = sites[SQLITE]
    with serving(PRODUCT, site.environ) as server:
        return asyncio.run(_weigh(site, server.port))


async def _weigh(site: Site, port: int) -> list[Row]:
    officer = site.officer()
    attempt = (await taking.begin(site, site.visitor(port, officer))).attempt
    done = site.officer()
    result = (await taking.take(site, site.visitor(port, done))).path
    rows = [await _page("sign-in", Browser(site.stranger(port, officer)), "/sign-in")]
    for name, path, whose in (
        ("home", "/", officer),
        ("course", f"/courses/{COURSE}", officer),
        ("lesson", f"/courses/{COURSE}/lessons/{LESSON}", officer),
        ("quiz, before the start", f"/quizzes/{site.quiz_id}", site.officer()),
        ("attempt, all 20 questions", attempt, officer),
        ("result", result, done),
    ):
        rows.append(await _page(name, Browser(site.visitor(port, whose)), path))
    rows += [await _script(site, port, officer, attempt), *await _journey(site, port)]
    verify = await Browser(site.stranger(port, officer)).weigh(_verify_path(site, officer))
    return [*rows, _row("public verify page, first visit", _kb(verify.total), VERIFY_KB)]


async def _page(name: str, browser: Browser, path: str) -> Row:
    cold, warm = await browser.weigh(path), await browser.weigh(path)
    first, later = _kb(cold.total), _kb(warm.total)
    return Row(
        f"page weight: {name}, first / later",
        f"{first:.1f} / {later:.1f} KB",
        spread=f"{1 + len(cold.assets)} requests",
        budget=f"<= {COLD_KB} / {WARM_KB} KB",
        met=first <= COLD_KB and later <= WARM_KB,
    )


async def _script(site: Site, port: int, officer: Officer, attempt: str) -> Row:
    weight: Weight = await Browser(site.visitor(port, officer)).weigh(attempt)
    own = {path: size for path, size in weight.scripts.items() if _COMMON_SCRIPT not in path}
    return _row(f"exam script, {len(own)} files", _kb(sum(own.values())), SCRIPT_KB)


async def _journey(site: Site, port: int) -> list[Row]:
    """From signing in to the result, by two officers at one browser, one after the other."""
    kept: set[str] = set()
    rows = []
    for name, budget in (("empty", JOURNEY_COLD_KB), ("warm", JOURNEY_WARM_KB)):
        officer = site.officer()
        browser = Browser(site.stranger(port, officer))
        browser.kept = kept
        await taking.journey(site, browser, officer)
        rows.append(_row(f"quiz journey, {name} cache", _kb(browser.total), budget))
    return rows


def _verify_path(site: Site, officer: Officer) -> str:
    """A certificate for someone, and where it is checked."""
    house, now = site.house, system_clock()
    with new_session(house.engine) as session, transaction(session):
        person_id = session.scalars(select(Person.id).where(Person.email == officer.login)).one()
        course = session.scalars(select(Course).where(Course.slug == BENCH_COURSE)).one()
        place = house.course_parts.enrolments.place_in(session, person_id, course.id, now)
        if place is None:
            raise LookupError("an officer without a place in the course")
        return f"/verify/{shown_code(issue(session, SYSTEM, house.seal, course, place, now).code)}"


def _row(what: str, kilobytes: float, budget: float) -> Row:
    met = kilobytes <= budget
    return Row(what, f"{kilobytes:.1f} KB", budget=f"<= {budget} KB", met=met)


def _kb(size: int) -> float:
    return size / 1000
