"""All settings and their defaults, once. Environment variables are read by :func:`load`, never at import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

from extractor.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the library and the command line.

    Attributes:
        database_url: SQLAlchemy URL; ``GOUJI_DATABASE_URL``.
        max_file_bytes: a larger file is refused by the readers; ``GOUJI_MAX_FILE_BYTES``.
        max_unpacked_bytes: bound on what one zipped container (.docx, .odt) may unpack to, and on the characters of a
            text; ``GOUJI_MAX_UNPACKED_BYTES``.
        max_pages: a PDF or a picture file with more pages is refused; ``GOUJI_MAX_PAGES``.
        max_seconds_per_file: after which a program that converts a file, the recognition of a scanned one, and the work on
            a file of an archive are ended; ``GOUJI_MAX_SECONDS_PER_FILE``.
        max_ledger_cells: bound on the cells of a ledger or a spreadsheet that are not empty; an .xlsx may unpack to
            128 bytes for each; ``GOUJI_MAX_LEDGER_CELLS``.
        max_nesting: containers of an archive (.zip …) inside one another; ``GOUJI_MAX_NESTING``.
        max_members: files in one container of an archive; ``GOUJI_MAX_MEMBERS``.
        max_archive_bytes: bound on what one container of an archive unpacks to; ``GOUJI_MAX_ARCHIVE_BYTES``.
        max_expansion: how many times its own size that may be; ``GOUJI_MAX_EXPANSION``.
        worker_memory_bytes: of one process that reads files of an archive; ``GOUJI_WORKER_MEMORY_BYTES``.
        tolerance: share of its amount by which a recorded figure may be off a reported one besides rounding
            (0.01: one percent); ``GOUJI_TOLERANCE``.
    """

    database_url: str = "sqlite:///gouji.db"
    max_file_bytes: int = 64 * 2**20
    max_unpacked_bytes: int = 64 * 2**20
    max_pages: int = 10_000
    max_seconds_per_file: int = 600
    max_ledger_cells: int = 2_000_000
    max_nesting: int = 5
    max_members: int = 200_000
    max_archive_bytes: int = 64 * 2**30
    max_expansion: int = 200
    worker_memory_bytes: int = 4 * 2**30
    tolerance: Decimal = Decimal(0)


_NUMBERS = tuple(field.name for field in fields(Settings) if field.type == "int")


def parse_share(text: str) -> Decimal:
    """Return a share that is written as a decimal (0.01) or in percent (1%).

    Raises:
        ValueError: it is neither, or not from 0 to below 1.
    """
    try:
        value = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number") from error
    if not value.is_finite() or not 0 <= value < 1:
        raise ValueError(f"{text!r} is not from 0 to 1")
    return value


def number(environ: Mapping[str, str], name: str, default: int) -> int:
    """Return the positive integer in the variable ``name``, or ``default`` if there is none.

    Raises:
        UsageError: something else stands there.
    """
    raw = environ.get(name)
    if raw is None:
        return default
    if not raw.isdecimal() or int(raw) == 0:
        raise UsageError(f"环境变量 {name} 应为正整数，实为 {raw!r}", f"{name} must be a positive integer, got {raw!r}")
    return int(raw)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings with the environment's ``GOUJI_*`` variables applied.

    Raises:
        UsageError: a number is expected and something else stands there.
    """
    default = Settings()

    def share(name: str, fallback: Decimal) -> Decimal:
        raw = environ.get(name)
        if raw is None:
            return fallback
        try:
            return parse_share(raw)
        except ValueError as error:
            raise UsageError(f"环境变量 {name} 应为 0 到 1 之间的小数，实为 {raw!r}", f"{name}: {error}") from error

    return Settings(
        database_url=environ.get("GOUJI_DATABASE_URL", default.database_url),
        tolerance=share("GOUJI_TOLERANCE", default.tolerance),
        **{name: number(environ, f"GOUJI_{name.upper()}", getattr(default, name)) for name in _NUMBERS},
    )
