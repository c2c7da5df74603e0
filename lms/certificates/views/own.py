"""An officer's own certificates, on the page and on paper."""

from __future__ import annotations

import io

from flask import abort, render_template, send_file
from flask.typing import ResponseReturnValue

from lms.adapters.files import FileStore
from lms.certificates import queries
from lms.certificates.views.blueprint import bp
from lms.core.access import Permission
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import actor, now, part


@bp.get("/certificates")
@allow(Permission.CERTIFICATE_OWN)
def index() -> ResponseReturnValue:
    """The list of one's own."""
    found = queries.list_own(session(), actor())
    certificates = [(one, queries.standing(one, now())) for one in found]
    return render_template("certificates/index.html", certificates=certificates)


@bp.get("/certificates/<serial>.pdf")
@allow(Permission.CERTIFICATE_OWN)
def pdf(serial: str) -> ResponseReturnValue:
    """The printed certificate: the same bytes every time. Until there are any, a page to wait."""
    certificate = queries.find_readable(session(), actor(), serial)
    if certificate is None:
        abort(404)
    if certificate.pdf_sha256 is None:
        failed = queries.printing_failed(session(), certificate)
        page = render_template("certificates/preparing.html", found=certificate, failed=failed)
        return page, 202
    content = part(FileStore).get(certificate.pdf_sha256)
    if content is None:
        raise LookupError(f"the file of certificate {certificate.id} is not in the store")
    name = f"{certificate.serial}.pdf"
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)
