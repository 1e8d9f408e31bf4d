"""Pictures of text: recognition (``recogniser``), and the files that are nothing but pictures (``pictures``).

The recogniser is RapidOCR with its models inside the package; it comes with the extra ``ocr`` and needs no network.
What it reads is marked: ``Part.kind`` is ``ocr`` and ``Part.confidence`` tells how sure it is.
"""

from __future__ import annotations

from extractor.readers.ocr.pictures import read_picture

__all__ = ["read_picture"]
