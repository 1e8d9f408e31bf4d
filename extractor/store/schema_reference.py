"""The tables of reference, seeded from ``extractor/resources`` and the enums of ``extractor.types`` (see ``seed.py``); part of
:mod:`extractor.store.schema`.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text

from extractor.store.metadata import metadata


def _code() -> Column[str]:
    return Column("code", Text, primary_key=True)


#: Facts about the database itself; ``lexicon``: which lexicon the reference tables hold (see ``seed.py``).
meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

dimension = Table("dimension", metadata, _code())
status = Table("status", metadata, _code())
modifier = Table("modifier", metadata, _code())
project_type = Table("project_type", metadata, _code(), Column("name", Text, nullable=False))
indicator = Table(
    "indicator",
    metadata,
    _code(),
    Column("name", Text, nullable=False),
    Column("project_type", Text, ForeignKey("project_type.code")),
)
# An indicator may be given in several dimensions: 贫困人口 in households or people.
indicator_dimension = Table(
    "indicator_dimension",
    metadata,
    Column("indicator", Text, ForeignKey("indicator.code"), primary_key=True),
    Column("dimension", Text, ForeignKey("dimension.code"), primary_key=True),
)
# All but the name is null for a unit that a report used and the lexicon does not list; factor may be a fraction.
unit = Table(
    "unit",
    metadata,
    Column("name", Text, primary_key=True),
    Column("dimension", Text, ForeignKey("dimension.code")),
    Column("base_unit", Text, ForeignKey("unit.name", deferrable=True, initially="DEFERRED")),
    Column("factor", Text),
)
place = Table(
    "place",
    metadata,
    _code(),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_code", Text, ForeignKey("place.code")),
)
