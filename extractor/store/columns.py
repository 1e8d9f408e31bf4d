"""Column types that behave the same on SQLite and PostgreSQL.

Amounts must come back exactly as they went in and compare as numbers inside SQL. PostgreSQL's ``NUMERIC`` does both.
SQLite has no decimal type: ``REAL`` rounds and a scaled ``INTEGER`` overflows, so an amount is the plain decimal *text*
("508.50") there, readable by people and other tools, and every connection of ours registers the collation
:data:`DECIMAL_COLLATION`, which orders such texts by their numeric value. :class:`DecimalOrder` applies it, in queries only,
never in the schema, so a file opens with any SQLite tool.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Numeric, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from extractor.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

DECIMAL_COLLATION = "gouji_decimal"

# What PostgreSQL's NUMERIC holds, before and after the decimal point; one limit for both engines.
_INTEGER_DIGITS = 131_072
_FRACTION_DIGITS = 16_383

#: Adds as many amounts as a database holds rows without rounding.
_WIDE = Context(prec=_INTEGER_DIGITS + _FRACTION_DIGITS + 20)


#: Text that sorts by code point on both engines.
CodePoints = Text().with_variant(Text(collation="C"), "postgresql")

_EXPONENT = 20_000  # added to it, an exponent has six digits and no sign
_COMPLEMENT = str.maketrans("0123456789", "9876543210")

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""NUL, and half of a surrogate pair: what not both engines store."""


def storable(words: str) -> str:
    """Return words about a file, which may quote what is in it, with U+FFFD for what cannot be stored."""
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", words)


def compare_decimal_texts(left: str, right: str) -> int:
    """Order two amounts as stored in SQLite: negative, zero or positive, as a collation must answer."""
    a, b = Decimal(left), Decimal(right)
    return (a > b) - (a < b)


def plain(value: Decimal) -> str:
    """Return ``value`` without exponent, with the decimals it was given.

    Raises:
        StoreError: the amount is not finite or has more digits than a database holds.
    """
    # Asked of the magnitude first: 1E+999999999 written out would fill the memory.
    fits = value.is_finite() and -_FRACTION_DIGITS <= value.adjusted() < _INTEGER_DIGITS
    written = format(value, "f") if fits else ""
    if not fits or len(written.partition(".")[2]) > _FRACTION_DIGITS:
        raise StoreError(
            f"数值 {str(value)[:40]} 超出数据库可保存的范围：整数 {_INTEGER_DIGITS} 位、小数 {_FRACTION_DIGITS} 位",
            "amount is not finite or has too many digits",
        )
    return written


def order_key(value: Decimal) -> str:
    """Return a text that sorts by code point as amounts do by value, the same one for equal amounts.

    Args:
        value: a finite amount; one beyond what a database holds sorts before or behind all that it holds.
    """
    if not value:
        return "1"
    exponent = min(max(value.adjusted() + _EXPONENT, 0), 999_999)
    key = f"{exponent:06}{''.join(map(str, value.as_tuple().digits)).strip('0')}"
    return f"2{key}" if value > 0 else f"0{key.translate(_COMPLEMENT)}~"


class ExactDecimal(TypeDecorator[Decimal]):
    """An exact amount: ``NUMERIC`` on PostgreSQL, plain decimal text on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the type of the engine at hand."""
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Turn an amount into what the driver takes."""
        if value is None:
            return None
        written = plain(value)
        return Decimal(written) if dialect.name == "postgresql" else written

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Turn what the driver gives into an amount."""
        return None if value is None else Decimal(value)


class DecimalOrder(FunctionElement[Decimal]):
    """``DecimalOrder(column)`` compares and sorts an :class:`ExactDecimal` column by numeric value on every engine."""

    name = "decimal_order"
    type = ExactDecimal()
    inherit_cache = True


@compiles(DecimalOrder)
def _order(element: DecimalOrder, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(DecimalOrder, "sqlite")
def _order_sqlite(element: DecimalOrder, compiler: SQLCompiler, **options: Any) -> str:
    return f"{compiler.process(element.clauses, **options)} COLLATE {DECIMAL_COLLATION}"


class Unsearched(FunctionElement[Any]):
    """``Unsearched(column)`` is the column, for which SQLite searches no index: it knows no better than to prefer one."""

    name = "unsearched"
    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        """Stand for ``column``."""
        super().__init__(column)
        self.type = column.type


@compiles(Unsearched)
def _column(element: Unsearched, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(Unsearched, "sqlite")
def _column_sqlite(element: Unsearched, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


def add(left: Decimal, right: Decimal) -> Decimal:
    """Return the sum of two amounts without rounding, however many digits a database lets them have."""
    return _WIDE.add(left, right)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always aware and in UTC (SQLite drops the zone, so it is put back on reading)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Convert an aware moment to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
