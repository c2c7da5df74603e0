"""Question banks for trainers: the list, a bank with its items, an item with its key."""

from __future__ import annotations

import random
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from lms.adapters.files import FileStore
from lms.content.shapes import language_order
from lms.core.access import Permission
from lms.core.items.base import Item as CoreItem
from lms.core.items.base import Reveal
from lms.core.items.registry import item_type
from lms.core.spectra import figures
from lms.core.spectra.materials import UnknownMaterial
from lms.items.names import TYPE_NAMES
from lms.question_banks import queries
from lms.question_banks.forms import STATE_NAMES, FilterForm
from lms.question_banks.models import ItemVersion, QuestionBank
from lms.web.database import database, session
from lms.web.guard import allow
from lms.web.pictures import kept_picture
from lms.web.request import actor, part

bp = Blueprint("question_banks", __name__)

PER_PAGE = 25
_KEY = Reveal(responses=False, feedback=True, key=True)


@bp.get("/question-banks")
@allow(Permission.BANK_READ)
def index() -> ResponseReturnValue:
    """The banks of one's reach."""
    return render_template(
        "question_banks/index.html", banks=queries.list_banks(session(), actor())
    )


@bp.get("/question-banks/<bank>")
@allow(Permission.BANK_READ)
def show(bank: str) -> ResponseReturnValue:
    """A bank: its items, looked through and paged, and what it rests on."""
    found = _bank(bank)
    form = FilterForm(request.args)
    form.offer(queries.objectives_of(session(), found))
    items = database.paginate(
        queries.items_of(found, form.filters),
        page=request.args.get("page", 1, type=int),
        per_page=PER_PAGE,
        error_out=False,
    )
    return render_template(
        "question_banks/show.html",
        bank=found,
        form=form,
        items=items,
        chosen={name: value for name, value in request.args.items() if name != "page" and value},
        parsed=queries.parsed,
        types=TYPE_NAMES,
        states=STATE_NAMES,
    )


@bp.get("/question-banks/<bank>/items/<item>")
@allow(Permission.BANK_READ)
def item(bank: str, item: str) -> ResponseReturnValue:
    """An item in all its languages, with its key."""
    found_bank = _bank(bank)
    found = queries.find_item(session(), found_bank, item)
    if found is None or found.current_version is None:
        abort(404)
    version = found.current_version
    parsed = queries.parsed(version)
    return render_template(
        "question_banks/item.html",
        bank=found_bank,
        item=found,
        version=version,
        parsed=parsed,
        views=_views(parsed, version),
        reviews=queries.reviews_of(session(), version),
        types=TYPE_NAMES,
        states=STATE_NAMES,
    )


@bp.get("/question-banks/figures/<int:version>-<mark>")
@allow(Permission.ACCOUNT_OWN)
def figure(version: int, mark: str) -> Response:
    """The picture of an item, for whoever was shown its address: nobody could guess it."""
    found = queries.versions(session(), [version]).get(version)
    shown = None if found is None else queries.parsed(found).figure
    if found is None or shown is None or queries.figure_mark(shown) != mark:
        abort(404)
    if shown.spectrum is not None:
        try:
            return kept_picture(figures.picture(shown.spectrum).encode(), "image/svg+xml")
        except UnknownMaterial:
            abort(404)
    content = part(FileStore).get(found.picture_sha256) if found.picture_sha256 else None
    if content is None or found.picture_media_type is None:
        abort(404)
    return kept_picture(content, found.picture_media_type)


def _bank(slug: str) -> QuestionBank:
    found = queries.find_bank(session(), actor(), slug)
    if found is None:
        abort(404)
    return found


def _views(item: CoreItem, version: ItemVersion) -> dict[str, dict[str, Any]]:
    """The item with its key, by language, its parts as they were written."""
    kind = item_type(item.type)
    layout = kind.draw_layout(item, random.Random(0), False)  # noqa: S311 - no order is drawn
    return {
        language: queries.with_figure(
            kind.review(item, layout, None, language, _KEY), version.id, item
        )
        for language in language_order(item.stem)
    }
