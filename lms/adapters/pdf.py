"""HTML to PDF, for archives and for everyone: PDF/A-3a and PDF/UA-1 in one file.

WeasyPrint sets the page; this module lets it fetch nothing but the assets handed over as bytes,
and completes the metadata so that the file claims both standards (WeasyPrint can claim one).
"""

from __future__ import annotations

import logging
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import pydyf
from weasyprint import CSS, HTML, Document
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from lms.adapters.stencil import (
    Filling,
    NotAStencil,
    Stencil,
    colour_operator,
    read_sheet,
)

ASSET_SCHEME = "asset:"
DRAWING_COLOUR = "#010203"
INK = "#1b2430"
_VARIANT = {"pdf_variant": "pdf/a-3a", "pdf_tags": True}
_MEDIA_TYPES = {"svg": "image/svg+xml", "css": "text/css", "png": "image/png"}

_UA_CLAIM = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
 <pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
 <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
   <pdfaProperty:name>part</pdfaProperty:name>
   <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
   <pdfaProperty:category>internal</pdfaProperty:category>
   <pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
  </rdf:li></rdf:Seq></pdfaSchema:property>
 </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
"""PDF/A allows a schema it does not know only when the file describes it (ISO 19005-3, 6.6.2.3)."""


class UnexpectedAddress(FatalURLFetchingError):  # type: ignore[misc]
    """The page asked for something that was not handed over. Rendering stops."""


class MissingLetters(ValueError):
    """No installed font has some letters of the page. It would print boxes in their place."""


class AssetFetcher(URLFetcher):  # type: ignore[misc]
    """Serves `asset:NAME` from memory and nothing else: no network, no files, no redirects."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        # No protocol is allowed, so that nothing is fetched even if WeasyPrint one day
        # goes past fetch().
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._assets = dict(assets)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The asset, or `UnexpectedAddress`."""
        name = url.removeprefix(ASSET_SCHEME)
        if not url.startswith(ASSET_SCHEME) or name not in self._assets:
            raise UnexpectedAddress(f"not an asset of this page: {url[:100]!r}")
        media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
        return URLFetcherResponse(url, self._assets[name], {"Content-Type": media_type})


class PdfRenderer:
    """One design, ready to set many pages: its style sheet and fonts are read once."""

    def __init__(self, stylesheet: str, assets: Mapping[str, bytes], backdrop: bytes = b"") -> None:
        """`backdrop` is PDF content drawn under every page, in the page's own units."""
        self._fetcher = AssetFetcher(assets)
        self._backdrop = zlib.compress(backdrop, 9) if backdrop else b""
        self._fonts = FontConfiguration()
        self._stylesheet = CSS(
            string=stylesheet, url_fetcher=self._fetcher, font_config=self._fonts
        )
        self._one_at_a_time = threading.Lock()

    def render(self, html: str, drawing: bytes = b"") -> bytes:
        """The page as PDF/A-3a and PDF/UA-1. Raises `UnexpectedAddress`, `MissingLetters`.

        `drawing` (PDF operators) takes the place of the one SVG path filled with
        `DRAWING_COLOUR`, in that SVG's units and filled with `INK`: a QR code of a thousand
        rectangles costs nothing this way, and as SVG as much as the rest of the page.
        """
        with self._one_at_a_time, _no_missing_letters():
            pdf: bytes = self._laid_out(html).write_pdf(
                finisher=partial(self._finish, drawing), **_VARIANT
            )
        return pdf

    def render_many(
        self, model_html: str, sheet_html: str, colours: Sequence[str], fillings: Sequence[Filling]
    ) -> Iterator[bytes]:
        """One PDF for each filling, the first of which `model_html` shows.

        `sheet_html` has everybody's own lines, each in its one of the `colours` and in that
        order; see stencil.py. Raises `NotAStencil` or `MissingLetters` before the first page.
        """
        operators = [colour_operator(colour) for colour in colours]
        stencils: list[Stencil] = []

        def finish(document: Document, pdf: pydyf.PDF) -> None:
            self._finish(fillings[0].drawing, document, pdf)
            stencils.append(Stencil(pdf, fillings[0], operators))

        with self._one_at_a_time, _no_missing_letters():
            model = self._laid_out(model_html)
            people = read_sheet(self._laid_out(sheet_html), model, operators)
            if len(people) != len(fillings):
                raise NotAStencil("not one set of lines a person")
            model.write_pdf(finisher=finish, **_VARIANT)
        (stencil,) = stencils
        for filling, (lines, link) in zip(fillings, people, strict=True):
            yield stencil.fill(filling, lines, link)

    def _laid_out(self, html: str) -> Document:
        document = HTML(string=html, url_fetcher=self._fetcher, base_url=ASSET_SCHEME)
        return document.render(stylesheets=[self._stylesheet], font_config=self._fonts, **_VARIANT)

    def _finish(self, drawing: bytes, document: Document, pdf: pydyf.PDF) -> None:
        _claim_accessibility(pdf)
        if drawing:
            _put_in_place(pdf, drawing)
        if self._backdrop:
            _lay_under(pdf, self._backdrop)


class _MissingLettersWatch(logging.Handler):
    """WeasyPrint says in its log, and nowhere else, that it printed a box for a letter."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef"):
            self.found.append(record.getMessage())


@contextmanager
def _no_missing_letters() -> Iterator[None]:
    watch = _MissingLettersWatch()
    LOGGER.addHandler(watch)
    try:
        yield
    finally:
        LOGGER.removeHandler(watch)
    if watch.found:
        raise MissingLetters(watch.found[0])


def _put_in_place(pdf: pydyf.PDF, drawing: bytes) -> None:
    """Draw in place of the path filled with `DRAWING_COLOUR`."""
    for page in _pages(pdf):
        content = pdf.objects[int(page["Contents"].split()[0])].stream
        if _DRAWING_FILL in content:
            begin = content.index(_DRAWING_FILL)
            end = content.index(b"f", begin) + 1
            content[begin:end] = [colour_operator(INK), drawing]
            return
    raise ValueError("the page has no place for a drawing")


_DRAWING_FILL = colour_operator(DRAWING_COLOUR)


def _pages(pdf: pydyf.PDF) -> list[pydyf.Dictionary]:
    return [pdf.objects[int(reference.split()[0])] for reference in pdf.page_references]


def _lay_under(pdf: pydyf.PDF, compressed: bytes) -> None:
    """Draw compressed content before each page's own."""
    backdrop = pydyf.Stream([compressed], {"Filter": "/FlateDecode"})
    pdf.add_object(backdrop)
    for page in _pages(pdf):
        page["Contents"] = pydyf.Array([backdrop.reference, page["Contents"]])


def _claim_accessibility(pdf: pydyf.PDF) -> None:
    number = int(pdf.catalog["Metadata"].split()[0])
    metadata = pdf.objects[number]
    before, closing, after = metadata.stream[0].rpartition(b"</rdf:RDF>")
    metadata.stream[0] = before + _UA_CLAIM + closing + after
