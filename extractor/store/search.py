"""The index from tokens to figures, by which filters together find their figures in a large database.

A token is a letter for the kind and what it is: ``troad`` a project type, ``c53`` a place in 云南, ``e53`` 云南 itself,
``y2015`` a year that the period touches, ``s公路`` two characters that follow each other in the sentence, ``s公`` one.
A figure has all tokens of its sentence, its indicator, its places and its codes; what is asked becomes clauses over
tokens. The index gives the figures that meet them. It is an FTS5 table on SQLite, whose rows are numbered in the order of
documents and of the text, and on PostgreSQL a table of arrays with a GIN index.

It finds candidates and never decides: whoever asks it applies the conditions of ``queries.py`` to what it gives, so what
is left over in it of a former extraction does no harm. It must only never miss a figure: a document that it does not know
as it is stands in ``search_pending``, since the transaction that wrote it, and is gone through by itself.
:meth:`SearchIndex.catch_up` takes such documents in, apart from the writing of documents, which it would slow down by half.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate
from operator import add
from typing import TYPE_CHECKING
from zlib import crc32

from sqlalchemy import Connection, Engine, Subquery, column, delete, func, select, text
from sqlalchemy import Integer as IntegerType

from extractor.store import bulk, queries, schema
from extractor.store.engine import reading, upsert, writing
from extractor.types import PLACE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from extractor.store.records import FigureFilter

Clause = tuple[tuple[str, ...], ...]
"""Alternatives of which one must hold; each is tokens that must all be there."""

DOUBTFUL: Clause = (("q",),)
"""Of the figures whose confidence is below 1."""

_TABLE = "figure_search"
_OFFSET_BITS = 31  # of a row number on SQLite; the document stands before them
_OFFSETS = (1 << _OFFSET_BITS) - 1
_BATCH = 20  # documents of one transaction: other writers wait so long
_BATCH_FIGURES = 3000  # of them, unless one has more
_YEARS = (1899, 2101)  # years before and after are taken for these
_WORDS = 4  # tokens of a text that are all asked for
_MOST = 32  # of a longer text
_CODES = 200  # places of one name that are worth asking for one by one

# What the tokenizer of FTS5 would split at is written as wide as a Chinese character, letters are small.
_FOLD = {
    code: chr(code).lower() if chr(code).isalnum() else chr(code + 0xFEE0) if 0x20 < code < 0x7F else "\u3000"
    for code in range(128)
}


class SearchIndex:
    """The index of a database; made by :meth:`extractor.store.Store.search_index`."""

    def __init__(self, engine: Engine) -> None:
        """Use ``engine``, which the caller closes."""
        self._engine = engine

    def pending(self) -> int:
        """Return how many documents it does not know yet; questions about them are answered all the same, slower."""
        with reading(self._engine) as connection:
            return int(connection.execute(select(func.count()).select_from(schema.search_pending)).scalar_one())

    def catch_up(self) -> int:
        """Take in some documents in one transaction and return how many there were; none: it knows all.

        Several processes may do so at a time.
        """
        with writing(self._engine) as connection:
            pending = schema.search_pending.c.document_id
            chosen = select(pending).order_by(pending).limit(_BATCH).with_for_update(skip_locked=True)
            documents = _some(connection, list(connection.execute(chosen).scalars()))
            if documents:
                _put(connection, documents)
                connection.execute(delete(schema.search_pending).where(pending.in_(documents)))
        return len(documents)

    def tidy(self) -> None:
        """Bring what the engine knows of the index up to date, after much was taken in."""
        if self._engine.dialect.name == "postgresql":
            with writing(self._engine) as connection:
                connection.execute(text("SELECT gin_clean_pending_list('ix_figure_search_tokens')"))
                for table in (_TABLE, "figure"):
                    connection.execute(text(f"ANALYZE {table}"))


def is_index(table: str) -> bool:
    """Whether a table is the index, or one of those of which SQLite makes it."""
    return table == _TABLE or table.startswith(f"{_TABLE}_")


def mark(connection: Connection, documents: Collection[int]) -> None:
    """Note that the index does not know documents as they are now, in the transaction that writes them."""
    insert = upsert(connection, schema.search_pending)
    # Not "do nothing": on PostgreSQL that would not wait for who is just taking the former content in.
    row = insert.on_conflict_do_update(
        index_elements=["document_id"], set_={"document_id": insert.excluded.document_id}
    )
    connection.execute(row, [{"document_id": number} for number in sorted(documents)])


def clauses(connection: Connection, wanted: FigureFilter) -> list[Clause]:
    """Return what must hold of the tokens of each figure that ``wanted``, whose codes are settled, describes."""
    status = wanted.status.value if wanted.status else None
    codes = (
        ("a", status), ("t", wanted.project_type), ("u", wanted.unit), ("d", wanted.dimension), ("b", wanted.base_unit),
    )  # fmt: skip
    found: list[Clause] = [((_token(kind, code),),) for kind, code in codes if code is not None]
    if wanted.period_start or wanted.period_end:
        years = _years(wanted.period_start, wanted.period_end)
        found.append(tuple((_token("y", str(year)),) for year in years))
    if wanted.indicator:
        found.append((_words("i", wanted.indicator), (_token("k", wanted.indicator),)))
    if wanted.place:
        found.append(_place(connection, wanted.place))
    if wanted.text:
        found.append((_words("s", wanted.text),))
    return [clause for clause in found if all(clause)]


def number(document: int, start: int) -> int:
    """Return the number of a figure on SQLite."""
    return (document << _OFFSET_BITS) + start


def matching(connection: Connection, wanted: Sequence[Clause], stretch: tuple[int, int] | None = None) -> Subquery:
    """Return ``document_id`` and ``start_offset`` of the figures that meet all clauses, on SQLite also their ``number``.

    Args:
        connection: of the database.
        wanted: at least one clause.
        stretch: on PostgreSQL, the first document to look at, and the first no longer.
    """
    if connection.dialect.name == "postgresql":
        return _matching_postgresql(wanted, stretch)
    match = " AND ".join(
        "(" + " OR ".join("(" + " AND ".join(f'"{token}"' for token in all_of) + ")" for all_of in clause) + ")"
        for clause in wanted
    )
    statement = text(
        f"SELECT rowid AS number, rowid >> {_OFFSET_BITS} AS document_id, rowid & {_OFFSETS} AS start_offset"  # noqa: S608
        f" FROM {_TABLE} WHERE {_TABLE} MATCH :tokens"
    ).bindparams(tokens=match)
    columns = (column(name, IntegerType) for name in ("number", "document_id", "start_offset"))
    return statement.columns(*columns).subquery("found")


def _matching_postgresql(wanted: Sequence[Clause], stretch: tuple[int, int] | None) -> Subquery:
    """Write the numbers of tokens out: they are ours, and what PostgreSQL expects depends on them."""

    def listed(tokens: Iterable[str]) -> str:
        return f"'{{{','.join(str(_hash(token)) for token in tokens)}}}'::integer[]"

    conditions: list[str] = []
    for clause in wanted:
        single = [all_of[0] for all_of in clause if len(all_of) == 1]
        alternatives = [f"tokens @> {listed(all_of)}" for all_of in clause if len(all_of) > 1]
        alternatives += [f"tokens && {listed(single)}"] if single else []
        conditions.append(f"({' OR '.join(alternatives)})")
    if stretch is not None:
        conditions.append("document_id >= {} AND document_id < {}".format(*stretch))
    where = " AND ".join(conditions)
    statement = text(f"SELECT document_id, start_offset FROM {_TABLE} WHERE {where}".replace(":", "\\:"))  # noqa: S608
    return statement.columns(*(column(name, IntegerType) for name in ("document_id", "start_offset"))).subquery("found")


def _hash(token: str) -> int:
    """Return the number of a token on PostgreSQL; two tokens may share one, for what is found is looked at again."""
    number = crc32(token.encode())
    return number - (1 << 32) if number >> 31 else number


def _token(kind: str, written: str) -> str:
    return kind + written.translate(_FOLD)


def _grams(kind: str, words: str) -> set[str]:
    """Return the tokens of a text: its characters, and each two that follow each other."""
    folded = words.translate(_FOLD)
    return {kind + gram for gram in (*folded, *map(add, folded, folded[1:]))}


def _words(kind: str, wanted: str) -> tuple[str, ...]:
    """Return the tokens that every text with ``wanted`` in it has.

    Where a letter is no ASCII, engines differ in which others they take for the same: those tell nothing.
    """
    folded = wanted.translate(_FOLD)
    grams = [*map(add, folded, folded[1:])] or [folded]
    if len(grams) > _WORDS:  # of a phrase, those that cover it: more cost more and find hardly less
        grams = [*grams[::2], grams[-1]]
    plain = (gram for gram in grams if all(one.isascii() or one.lower() == one == one.upper() for one in gram))
    return tuple(sorted({kind + gram for gram in plain})[:_MOST])


def _years(first: date | None, last: date | None) -> range:
    least, most = _YEARS
    years = sorted((least if first is None else first.year, most if last is None else last.year))
    begin, end = (min(max(year, least), most) for year in years)
    return range(begin, end + 1)


def _place(connection: Connection, place: str) -> Clause:
    """Return the clause for a place by its code or by characters of a name, written or official."""
    if queries.is_place_code(place):
        return ((_token("c", place),),)
    official = list(connection.execute(queries.official_places(place).limit(_CODES + 1)).scalars())
    if len(official) > _CODES:
        return ((),)  # tells nothing
    return (_words("p", place), *((_token("e", code),) for code in official))


def _some(connection: Connection, documents: Sequence[int]) -> Sequence[int]:
    """Return the first of some documents, as many as are taken in at once: at least one, if there is any."""
    figure = schema.figure.c
    counted = select(figure.document_id, func.count()).where(figure.document_id.in_(documents))
    counts = {row[0]: row[1] for row in connection.execute(counted.group_by(figure.document_id))}
    whole = accumulate(counts.get(document, 0) for document in documents)
    return documents[: max(1, sum(count <= _BATCH_FIGURES for count in whole))]


def _put(connection: Connection, documents: Sequence[int]) -> None:
    """Take documents in, in the place of what is known of them."""
    rows = list(_rows(connection, documents))
    if connection.dialect.name == "postgresql":
        gone = text(f"DELETE FROM {_TABLE} WHERE document_id = ANY(:documents)")  # noqa: S608 - our own name
        connection.execute(gone, {"documents": list(documents)})
        hashed = [(*key, "{" + ",".join({str(_hash(token)) for token in tokens}) + "}") for *key, tokens in rows]
        bulk.copy(connection, f"{_TABLE} (document_id, start_offset, tokens)", hashed)
        return
    # A row that is there already gains the new tokens; FTS5 forgets none of a table that keeps no content.
    numbered = [(number(document, start), " ".join(tokens)) for document, start, tokens in rows]
    if numbered:
        insert = f"INSERT INTO {_TABLE} (rowid, tokens) VALUES (?, ?)"  # noqa: S608 - our own name
        connection.exec_driver_sql(insert, numbered)


def _rows(connection: Connection, documents: Sequence[int]) -> Iterator[tuple[int, int, set[str]]]:
    """Yield document, offset and tokens of each figure of documents, in their order."""
    figure, sentence, mention = schema.figure.c, schema.sentence.c, schema.figure_place.c
    places: dict[tuple[int, int], set[str]] = defaultdict(set)
    stated = select(mention.document_id, mention.figure_start, mention.name, mention.place_code)
    for row in connection.execute(stated.where(mention.document_id.in_(documents))):
        places[row.document_id, row.figure_start] |= _grams("p", row.name) | _place_codes(row.place_code or "")
    statement = (
        select(schema.figure, sentence.text.label("sentence"))
        .join(
            schema.sentence,
            (sentence.document_id == figure.document_id) & (sentence.start_offset == figure.sentence_start),
        )
        .where(figure.document_id.in_(documents))
        .order_by(figure.document_id, figure.start_offset)
    )
    known: tuple[str, set[str]] = ("", set())
    for row in connection.execute(statement):
        if row.sentence != known[0]:
            known = row.sentence, _grams("s", row.sentence)
        codes = (
            ("a", row.status), ("t", row.project_type), ("u", row.unit), ("d", row.dimension), ("b", row.base_unit),
            ("k", row.indicator_code),
        )  # fmt: skip
        tokens = {_token(kind, code) for kind, code in codes if code is not None}
        if row.confidence < 1:
            tokens.add(DOUBTFUL[0][0])
        if row.period_start or row.period_end:
            tokens |= {_token("y", str(year)) for year in _years(row.period_start, row.period_end)}
        tokens |= known[1] | _grams("i", row.indicator) | places.get((row.document_id, row.start_offset), set())
        yield row.document_id, row.start_offset, tokens


def _place_codes(code: str) -> set[str]:
    """Return the tokens of a place itself, and of it and all it lies in."""
    within = {code, *(code[:length] for length in PLACE_LEVELS)}
    return {_token("e", code)} | {_token("c", part) for part in within} if code else set()
