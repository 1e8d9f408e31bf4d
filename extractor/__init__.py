"""Gouji (勾稽): figures out of Chinese work reports, and whether they hold.

``extract(text)`` and ``extract_document(document)`` are the doors, ``examine(document)`` also recomputes what the text
claims about its figures; see :mod:`extractor.types` for what it returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.pipeline import examine, extract, extract_document

__all__ = ["__version__", "examine", "extract", "extract_document"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the pipeline when it is first asked for: ``gouji --help`` must not wait for it (PEP 562)."""
    if name in ("examine", "extract", "extract_document"):
        from extractor import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
