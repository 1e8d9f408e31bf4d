"""The door to spaCy: ``nlp.add_pipe("gouji")`` on any Chinese pipeline.

    >>> import spacy
    >>> nlp = spacy.blank("zh")
    >>> _ = nlp.add_pipe("gouji")
    >>> doc = nlp("全镇新修公路12.5公里。")
    >>> [span.text for span in doc.spans["figures"]]
    ['12.5公里']
    >>> doc.spans["figures"][0]._.figure.value
    Decimal('12.5')

Assigns ``doc.spans["figures"]`` (label: the dimension; ``span.id_``: offset of the figure in the text),
``span._.figure`` (:class:`~extractor.types.Figure`) and ``doc._.gouji`` (:class:`~extractor.types.Extraction`).
Requires nothing: it works on characters and on words. A span covers whole tokens; where a token reaches over a
figure's end (jieba glues "8.3%"), the span is the wider one and ``span._.figure`` has the exact offsets.

What is stored in the Doc is plain data, so that docs survive ``to_bytes``, DocBin and ``nlp.pipe(n_process=2)``.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING, Any

from extractor.errors import missing_extra
from extractor.types import Extraction, Figure

try:
    from pydantic import TypeAdapter
    from spacy.language import Language
    from spacy.tokens import Doc, Span, SpanGroup
except ImportError as error:
    raise missing_extra("spaCy", "spacy", error) from error

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATA = "gouji"  # key of the plain data in ``doc.user_data``


class Gouji:
    """The pipeline component; it keeps no state besides its configuration."""

    def __init__(self, spans_key: str = "figures") -> None:
        """Write the figures to ``doc.spans[spans_key]``."""
        self.spans_key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        """Extract the figures of ``doc.text`` and attach them."""
        # Not above: spaCy imports this module for every pipeline of anybody who has Gouji installed.
        from extractor import extract

        extraction = extract(doc.text)
        data = _extractions().dump_python(extraction, mode="json")
        del data["text"]  # the Doc has it
        doc.user_data[_DATA] = data
        spans = [_span(doc, figure) for figure in extraction.figures]
        doc.spans[self.spans_key] = SpanGroup(doc, name=self.spans_key, spans=spans)
        return doc


@Language.factory(
    "gouji",
    default_config={"spans_key": "figures"},
    assigns=["doc.spans", "doc._.gouji", "span._.figure"],
)
def make_gouji(nlp: Language, name: str, spans_key: str) -> Gouji:  # noqa: ARG001 (spaCy passes both)
    """Make the component; ``spans_key`` is where in ``doc.spans`` the figures go."""
    return Gouji(spans_key)


def _span(doc: Doc, figure: Figure) -> Span:
    span = doc.char_span(
        figure.start, figure.end, label=figure.dimension, span_id=str(figure.start), alignment_mode="expand"
    )
    assert span is not None  # noqa: S101 (only None for offsets outside the text)
    return span


def _get_extraction(doc: Doc) -> Extraction | None:
    """Return the extraction of a processed Doc, ``None`` for one that never went through the component."""
    data = doc.user_data.get(_DATA)
    return None if data is None else _extractions().validate_python({**data, "text": doc.text})


def _get_figure(span: Span) -> Figure | None:
    """Return the figure of a span of ``doc.spans["figures"]``, ``None`` for any other span."""
    figures: list[Mapping[str, Any]] = span.doc.user_data.get(_DATA, {}).get("figures", [])
    if not span.id_.isdecimal():
        return None
    index = bisect_left(figures, int(span.id_), key=lambda figure: int(figure["start"]))
    if index == len(figures) or str(figures[index]["start"]) != span.id_:
        return None
    return _figures().validate_python(figures[index])


@cache
def _extractions() -> TypeAdapter[Extraction]:
    return TypeAdapter(Extraction)


@cache
def _figures() -> TypeAdapter[Figure]:
    return TypeAdapter(Figure)


Doc.set_extension("gouji", getter=_get_extraction, force=True)
Span.set_extension("figure", getter=_get_figure, force=True)
