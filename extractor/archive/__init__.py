"""Whole archives: every file below a folder and inside containers becomes figures in the database, resumably.

``walk`` finds files, ``survey`` tells what each is (``surveyor``: in a process of its own), ``containers`` look into .zip
and the like; the work ledger of :mod:`extractor.store` remembers all that and what became of it. ``process`` is what a
worker does with a few files; ``local`` and ``ray_engine`` are where workers run; ``run`` joins them all. ``remove`` takes an
archive out again.
"""

from extractor.archive.remove import known_path, remove
from extractor.archive.run import Options, Progress, add, retry
from extractor.archive.work import ENGINES

__all__ = ["ENGINES", "Options", "Progress", "add", "known_path", "remove", "retry"]
