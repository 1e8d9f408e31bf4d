"""Copied passages: the same wording in two documents, or twice in one, with other figures or the same.

A text is compared without its digits, punctuation and white space (``masks.py``). Fingerprints of its runs of letters
(``fingerprints.py``) lead to the places that share them (``index.py``) and, where several follow each other in both
(``chains.py``), to an exact alignment (``align.py``). What comes of it is cut to whole clauses and judged by how much of
the shorter copy the longer one contains (``passages.py``); the alignment pairs the figures (``figures.py``).
:class:`CopyFinder` joins them, with the texts in a temporary file (``spool.py``).
"""

from extractor.copies.finder import CopyFinder
from extractor.copies.options import SHORTEST, CopyOptions

__all__ = ["SHORTEST", "CopyFinder", "CopyOptions"]
