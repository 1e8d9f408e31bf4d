"""All settings and their defaults, once. Environment variables are read by :func:`load`, never at import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from extractor.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the library and the command line.

    Attributes:
        database_url: SQLAlchemy URL; ``GOUJI_DATABASE_URL``.
        max_file_bytes: a larger file is refused by the readers; ``GOUJI_MAX_FILE_BYTES``.
        max_unpacked_bytes: bound on what one zipped container (.docx, .odt) may unpack to, and on the characters of a
        max_pages: a PDF or a picture file with more pages is refused; ``GOUJI_MAX_PAGES``.
        max_seconds_per_file: after which a program that converts a file, and the recognition of a scanned one, are ended;
            ``GOUJI_MAX_SECONDS_PER_FILE``.
        max_ledger_cells: bound on the cells of a ledger or a spreadsheet that are not empty; an .xlsx may unpack to
            128 bytes for each; ``GOUJI_MAX_LEDGER_CELLS``.
        tolerance: share of its amount by which a recorded figure may be off a reported one besides rounding
            (0.01: one percent); ``GOUJI_TOLERANCE``.
    """

    database_url: str = "sqlite:///gouji.db"
    max_file_bytes: int = 64 * 2**20
    max_unpacked_bytes: int = 64 * 2**20
    max_pages: int = 10_000
    max_seconds_per_file: int = 600
    max_ledger_cells: int = 2_000_000
    tolerance: Decimal = Decimal(0)


def parse_share(text: str) -> Decimal:
    """Return a share that is written as a decimal (0.01) or in percent (1%).

    Raises:
        ValueError: it is neither, or not from 0 to below 1.
    """
    try:
        value = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number") from error
    if not 0 <= value < 1:  # also for NaN
        raise ValueError(f"{text!r} is not from 0 to 1")
    return value


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings with the environment's ``GOUJI_*`` variables applied.

    Raises:
        UsageError: a number is expected and something else stands there.
    """
    default = Settings()

    def number(name: str, fallback: int) -> int:
        raw = environ.get(name)
        if raw is None:
            return fallback
        if not raw.isdecimal() or int(raw) == 0:
            raise UsageError(
                f"环境变量 {name} 应为正整数，实为 {raw!r}", f"{name} must be a positive integer, got {raw!r}"
            )
        return int(raw)

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
        max_file_bytes=number("GOUJI_MAX_FILE_BYTES", default.max_file_bytes),
        max_unpacked_bytes=number("GOUJI_MAX_UNPACKED_BYTES", default.max_unpacked_bytes),
        max_pages=number("GOUJI_MAX_PAGES", default.max_pages),
        max_seconds_per_file=number("GOUJI_MAX_SECONDS_PER_FILE", default.max_seconds_per_file),
        max_ledger_cells=number("GOUJI_MAX_LEDGER_CELLS", default.max_ledger_cells),
        tolerance=share("GOUJI_TOLERANCE", default.tolerance),
    )
