"""The names of OpenDocument, as lxml writes them."""

from __future__ import annotations

_PREFIX = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_PREFIX}office:1.0}}"
TEXT = f"{{{_PREFIX}text:1.0}}"
TABLE = f"{{{_PREFIX}table:1.0}}"
DRAW = f"{{{_PREFIX}drawing:1.0}}"
STYLE = f"{{{_PREFIX}style:1.0}}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"

MANIFEST = "META-INF/manifest.xml"
CONTENT = "content.xml"
STYLES = "styles.xml"
