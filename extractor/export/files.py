"""Files of a table, written a batch at a time: CSV with the standard library, Parquet with pyarrow (extra ``export``)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from extractor.errors import missing_extra
from extractor.export.columns import Kind, Table
from extractor.report.tabular import write_csv
from extractor.resources.units import EXACT

if TYPE_CHECKING:
    Row = Mapping[str, Any]

#: What a decimal column of Parquet holds: so many digits, of these behind the point.
PRECISION, SCALE = 38, 10

OVERSIZED = "oversized"
"""The column that keeps, as text, amounts with more digits than a decimal column holds."""

#: Parquet files that are open at a time; one that was closed goes on in a new file.
_OPEN = 128
_BATCH = 1000
"""Rows of a row group, where nothing else says how many."""


class Files(ABC):
    """The files of a table, below its folder."""

    def __init__(self, root: Path, table: Table) -> None:
        """Write ``table`` below ``root``, which need not exist."""
        self._root = root
        self._table = table

    @abstractmethod
    def append(self, folder: str, rows: Sequence[Row]) -> None:
        """Add rows to a partition (``""``: to the table itself); no row makes a file without rows."""

    @abstractmethod
    def close(self) -> None:
        """Complete all files."""

    def _file(self, folder: str, suffix: str, number: int = 0) -> Path:
        path = self._root / folder
        path.mkdir(parents=True, exist_ok=True)
        return path / f"part-{number:05}.{suffix}"


class CsvFiles(Files):
    """One CSV file for each partition, which is open only while it is written."""

    def __init__(self, root: Path, table: Table, *, mark: bool) -> None:
        """Write ``table`` below ``root``; ``mark``: with the byte order mark that Excel expects."""
        super().__init__(root, table)
        self._mark = mark

    def append(self, folder: str, rows: Sequence[Row]) -> None:
        """Add rows to the file of a partition."""
        path = self._file(folder, "csv")
        begun = path.exists()
        with path.open("ab") as out:
            write_csv(rows, self._table.names, out, mark=self._mark, header=not begun)

    def close(self) -> None:
        """Do nothing: each file is complete."""


class ParquetFiles(Files):
    """Parquet files; a batch is a row group."""

    def __init__(self, root: Path, table: Table) -> None:
        """Write ``table`` below ``root``.

        Raises:
            UsageError: pyarrow is not installed.
        """
        super().__init__(root, table)
        self._schema = parquet_schema(table)
        self._open: OrderedDict[str, Any] = OrderedDict()
        self._numbers: dict[str, int] = {}

    def append(self, folder: str, rows: Sequence[Row]) -> None:
        """Add rows to the file of a partition as a row group."""
        self._writer(folder).write_table(parquet_rows(self._table, self._schema, rows))

    def close(self) -> None:
        """Complete all files."""
        while self._open:
            self._open.popitem()[1].close()

    def _writer(self, folder: str) -> Any:
        from pyarrow.parquet import ParquetWriter

        if folder not in self._open:
            if len(self._open) == _OPEN:
                self._open.popitem(last=False)[1].close()
            number = self._numbers[folder] = self._numbers.get(folder, -1) + 1
            path = self._file(folder, "parquet", number)
            self._open[folder] = ParquetWriter(path, self._schema, compression="zstd")
        self._open.move_to_end(folder)
        return self._open[folder]


def write_parquet(table: Table, rows: Iterable[Row], out: IO[bytes]) -> None:
    """Write rows, which have at least the columns of a table, as one Parquet file.

    Raises:
        UsageError: pyarrow is not installed.
    """
    schema = parquet_schema(table)
    from pyarrow.parquet import ParquetWriter

    remaining = iter(rows)
    with ParquetWriter(out, schema, compression="zstd") as writer:
        while batch := list(islice(remaining, _BATCH)):
            writer.write_table(parquet_rows(table, schema, batch))


def parquet_rows(table: Table, schema: Any, rows: Iterable[Row]) -> Any:
    """Return rows as a pyarrow table of :func:`parquet_schema`; an amount that does not fit is told beside the others."""
    from pyarrow import Table as Batch

    amounts = [column.name for column in table.columns if column.kind is Kind.AMOUNT]
    batch = []
    for row in rows:
        cells = dict(row)
        beyond = []
        for name in amounts:
            amount = cells[name]
            if amount is not None:
                cells[name] = fitted(amount)
                if cells[name] is None:
                    beyond.append(f"{name}={amount:f}")
        batch.append({**cells, OVERSIZED: "；".join(beyond) or None})
    return Batch.from_pylist(batch, schema=schema)


def fitted(amount: Decimal) -> Decimal | None:
    """Return an amount as a decimal column holds it, without zeros behind its last place; ``None`` if it cannot."""
    _, digits, exponent = amount.as_tuple()
    if len(digits) > EXACT.prec or not isinstance(exponent, int):
        return None
    short = amount.normalize(EXACT)
    fits = not short or (short.adjusted() < PRECISION - SCALE and int(short.as_tuple().exponent) >= -SCALE)
    return short if fits else None


def parquet_schema(table: Table) -> Any:
    """Return the pyarrow schema of a table.

    Raises:
        UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow
    except ImportError as error:
        raise missing_extra("pyarrow（写 Parquet 用；不装也可用 --format csv）", "export", error) from error
    types = {
        Kind.TEXT: pyarrow.string(),
        Kind.TEXTS: pyarrow.list_(pyarrow.string()),
        Kind.INTEGER: pyarrow.int64(),
        Kind.INTEGERS: pyarrow.list_(pyarrow.int64()),
        Kind.AMOUNT: pyarrow.decimal128(PRECISION, SCALE),
        Kind.DAY: pyarrow.date32(),
        Kind.MOMENT: pyarrow.timestamp("us", tz="UTC"),
        Kind.FLAG: pyarrow.bool_(),
        Kind.REAL: pyarrow.float64(),
    }
    fields = [pyarrow.field(column.name, types[column.kind]) for column in table.columns]
    if any(column.kind is Kind.AMOUNT for column in table.columns):
        fields.append(pyarrow.field(OVERSIZED, pyarrow.string()))
    return pyarrow.schema(fields)
