"""Trainers look through banks, see keys, sources and reviews; nobody else does."""

import pytest
from sqlalchemy import select, update

from lms.core.access import Role
from lms.db import transaction
from lms.question_banks.models import RETIRED, Item, ItemVersion, QuestionBank
from lms.question_banks.queries import candidates, figure_url, parsed, versions

BANK = "/question-banks/drill"


@pytest.fixture
def trainer(client, create_person, sign_in, sync):
    """A trainer of another organisation, signed in; the bank is shared."""
    sync()
    person = create_person(Role.TRAINER)
    sign_in(client, person)
    return person


def listed(page):
    addresses = [link.get("href") for link in page.all("a")]
    return [address.rsplit("/", 1)[-1] for address in addresses if "/items/" in address]


def test_the_list_counts_items(client, trainer):
    client.get("/question-banks")
    assert client.page.links["Drill"] == BANK
    assert "4" in client.page.words


def test_a_bank_lists_its_items_in_the_order_of_its_files(client, trainer):
    client.get(BANK)
    assert listed(client.page) == ["ladder", "rope", "lamp", "seals"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lamp", ["lamp"]),
        ("q=Échelle", []),
        ("q=échelle", ["ladder"]),
        ("q=100%25", []),
        ("q=__", []),
        ("objective=D2", ["rope"]),
        ("type=numeric", ["seals"]),
        ("state=retired", []),
        ("type=choice&objective=D2", []),
        ("type=no-such", ["ladder", "rope", "lamp", "seals"]),
        ("page=99", []),
    ],
)
def test_items_are_looked_for(client, trainer, query, found):
    client.get(f"{BANK}?{query}")
    assert listed(client.page) == found


def test_retired_items_are_shown_to_those_who_ask(client, session, trainer):
    with transaction(session):
        session.execute(update(Item).where(Item.key == "rope").values(state=RETIRED))
    client.get(BANK)
    assert "rope" not in listed(client.page)
    client.get(f"{BANK}?state=retired")
    assert listed(client.page) == ["rope"]


def test_a_long_bank_is_paged_and_takes_no_more_statements(
    client, trainer, library, sync, statements
):
    client.get(BANK)
    with statements() as few:
        client.get(BANK)
    text = (library.bank / "exam.yaml").read_text()
    one = text[text.index("  - id: rope") :]
    many = "".join(one.replace("id: rope", f"id: rope-{number:02}") for number in range(40))
    library.write("question_banks/drill/many.yaml", f"items:\n{many}")
    assert not sync().is_refused
    with statements() as more:
        client.get(BANK)
    # One counts the items where a page does not hold them all.
    assert len(more) <= len(few) + 1
    assert len(listed(client.page)) == 25
    client.get(client.page.links["Next page"])
    assert len(listed(client.page)) == 19
    assert "26 to 44 of 44" in client.page.words


def test_an_item_is_shown_with_its_key_in_every_language(client, trainer):
    client.get(f"{BANK}/items/lamp")
    assert [one.text.strip() for one in client.page.all("h2")] == ["English", "Français"]
    assert client.page.words.count("Right answer") == 2
    assert "The red one is off." in client.page.words
    assert "La rouge est éteinte." in client.page.words
    assert "Not reviewed yet" in client.page.words
    assert "Approved" in client.page.words


def test_all_types_of_item_can_be_shown(client, trainer):
    for key in ("ladder", "rope", "lamp", "seals"):
        assert client.get(f"{BANK}/items/{key}").status_code == 200


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR])
def test_who_may_not_read_banks_does_not_find_them(client, create_person, sign_in, sync, role):
    sync()
    sign_in(client, create_person(role))
    for address in ("/question-banks", BANK, f"{BANK}/items/lamp"):
        assert client.get(address).status_code == 404


def test_a_bank_that_is_not_shared_is_found_by_its_own_organisation_alone(
    client, app, session, create_person, sign_in, sync, create_organisation
):
    harbour = create_organisation(slug="harbour")
    sync()
    with transaction(session):
        session.execute(update(QuestionBank).values(sharing="organisation"))
    sign_in(client, create_person(Role.TRAINER))
    assert client.get(BANK).status_code == 404
    client.get("/question-banks")
    assert "Drill" not in client.page.links
    own = app.test_client()
    sign_in(own, create_person(Role.TRAINER, harbour))
    assert own.get(BANK).status_code == 200


def test_the_picture_of_an_item_needs_its_whole_address_and_a_sign_in(
    client, app, session, create_person, sign_in, sync
):
    sync()
    version = session.scalars(
        select(ItemVersion)
        .join(Item, Item.current_version_id == ItemVersion.id)
        .where(Item.key == "ladder")
    ).one()
    address = figure_url(version)
    assert app.test_client().get(address).status_code == 302
    sign_in(client, create_person())
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    guessed = address[:-1] + ("0" if address[-1] != "0" else "1")
    assert client.get(guessed).status_code == 404
    assert client.get(f"/question-banks/figures/{version.id}-").status_code == 404


def test_a_drawn_spectrum_does_not_name_its_material(client, session, create_person, sign_in, sync):
    sync()
    version = session.scalars(
        select(ItemVersion)
        .join(Item, Item.current_version_id == ItemVersion.id)
        .where(Item.key == "seals")
    ).one()
    sign_in(client, create_person())
    response = client.get(figure_url(version))
    assert b"<svg" in response.data
    assert b"calcite" not in response.data
    assert "calcite" not in figure_url(version)


def test_quizzes_draw_published_exam_items_in_their_current_versions(session, sync, library):
    sync()
    before = {one.item_key: one.version_id for one in candidates(session, ["drill"])}
    assert set(before) == {"drill/ladder", "drill/rope"}
    library.edit("question_banks/drill/exam.yaml", "on the left.", "on the right.")
    sync()
    after = {one.item_key: one.version_id for one in candidates(session, ["drill"])}
    assert after["drill/rope"] == before["drill/rope"]
    assert after["drill/ladder"] != before["drill/ladder"]
    both = versions(session, [before["drill/ladder"], after["drill/ladder"]])
    stems = {parsed(version).stem["en"] for version in both.values()}
    assert stems == {"The ladder stands on the left.", "The ladder stands on the right."}
    with transaction(session):
        session.execute(update(Item).where(Item.key == "rope").values(state=RETIRED))
    assert [one.item_key for one in candidates(session, ["drill", "other"])] == ["drill/ladder"]
