"""All settings and their defaults, once. Environment variables are read by :func:`load`, never at import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from extractor.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the library and the command line.

    Attributes:
        database_url: SQLAlchemy URL; ``GOUJI_DATABASE_URL``.
        max_file_bytes: a larger file is refused by the readers; ``GOUJI_MAX_FILE_BYTES``.
        max_unpacked_bytes: bound on what one zipped container (.docx) may unpack to; ``GOUJI_MAX_UNPACKED_BYTES``.
        max_ledger_cells: bound on the cells of a ledger that are not empty; an .xlsx may unpack to 128 bytes for each;
            ``GOUJI_MAX_LEDGER_CELLS``.
    """

    database_url: str = "sqlite:///gouji.db"
    max_file_bytes: int = 64 * 2**20
    max_unpacked_bytes: int = 64 * 2**20
    max_ledger_cells: int = 2_000_000


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

    return Settings(
        database_url=environ.get("GOUJI_DATABASE_URL", default.database_url),
        max_file_bytes=number("GOUJI_MAX_FILE_BYTES", default.max_file_bytes),
        max_unpacked_bytes=number("GOUJI_MAX_UNPACKED_BYTES", default.max_unpacked_bytes),
        max_ledger_cells=number("GOUJI_MAX_LEDGER_CELLS", default.max_ledger_cells),
    )
