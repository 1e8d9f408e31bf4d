"""What people correct: their word goes before what was extracted, and outlives it.

``changes`` reads what a person says of a figure and makes the figure that it then is; ``apply`` does so in an extraction
and recomputes what hangs on it. The store keeps corrections and what was extracted, and asks :func:`correct` whenever one
of them is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.types import Corrected, Correction, Document, Extraction


def correct(document: Document, extraction: Extraction, corrections: Sequence[Correction]) -> Corrected:
    """Apply corrections to a stored extraction; what :func:`extractor.store.open_store` is to be opened with.

    The stages are loaded by the first call, for a process that only stores has no other use for them.

    Args:
        document: as it was read.
        extraction: of it, without tables.
        corrections: at most one for each place.
    """
    from dataclasses import replace

    from extractor.corrections.apply import corrected
    from extractor.quantities import laid_out

    tables = laid_out(document.text, document.parts)
    return corrected(replace(extraction, tables=tables), corrections, document.parts)
