"""Gouji (勾稽): figures out of Chinese work reports, and whether they hold.

``extract(text)`` is the door; see :mod:`extractor.types` for what it returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.pipeline import extract

__all__ = ["__version__", "extract"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the pipeline when it is first asked for: ``gouji --help`` must not wait for it (PEP 562)."""
    if name == "extract":
        from extractor.pipeline import extract

        return extract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
