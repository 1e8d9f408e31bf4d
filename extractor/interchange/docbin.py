"""spaCy's DocBin (.spacy): for training and for every tool that reads it, such as Prodigy's ``spans.manual``.

Every character is a token, so that a span can be any stretch of the text. ``doc.spans["figures"]`` holds the figures
with their status as label; all other fields are ``doc.user_data["gouji_annotations"]``, as JSON by ``start:end``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.errors import UsageError, missing_extra
from extractor.interchange.records import Annotated, Item, divide, dumps, join, loads

try:
    from spacy.tokens import Doc, DocBin, Span, SpanGroup
    from spacy.vocab import Vocab
except ImportError as error:
    raise missing_extra("spaCy", "spacy", error) from error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SPANS = "figures"
_DATA = "gouji_annotations"


def read(path: Path) -> list[Annotated]:
    """Read all docs; those without a name are called by the file and their number.

    Raises:
        UsageError: the file is no DocBin.
    """
    try:
        docs = list(DocBin().from_disk(path).get_docs(Vocab()))
    except Exception as error:  # spaCy documents none: zlib, msgpack and numpy each raise their own
        raise UsageError(f"{path}：不是 spaCy 的 DocBin 文件（{error}）；请检查文件", f"{path}: {error}") from error
    return [_document(doc, str(path), f"{path.stem}-{number}") for number, doc in enumerate(docs, 1)]


def write(documents: Sequence[Annotated], path: Path) -> None:
    """Write all documents into one file."""
    path.write_bytes(DocBin(docs=[_doc(document) for document in documents], store_user_data=True).to_bytes())


def _document(doc: Doc, where: str, default_name: str) -> Annotated:
    data = loads(doc.user_data.get(_DATA, "{}"), where)
    fields = data.get("fields", {})
    spans = list(doc.spans.get(_SPANS, ()))
    items = [Item(span.start_char, span.end_char, span.label_) for span in spans]
    for item in items:
        item.rest = dict(fields.get(_key(item), {}))
        item.links = [(kind, target) for kind, target in item.rest.pop("links", [])]
    return join(data.get("name", default_name), doc.text, items)


def _doc(document: Annotated) -> Doc:
    doc = Doc(Vocab(), words=list(document.text), spaces=[False] * len(document.text))
    items = divide(document)
    spans = [Span(doc, item.start, item.end, label=item.label) for item in items]
    doc.spans[_SPANS] = SpanGroup(doc, name=_SPANS, spans=spans)
    fields = {_key(item): item.rest | {"links": [list(link) for link in item.links]} for item in items}
    doc.user_data[_DATA] = dumps({"name": document.name, "fields": fields})
    return doc


def _key(item: Item) -> str:
    return f"{item.start}:{item.end}"
