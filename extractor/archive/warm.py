"""Loads all that workers need; imported once by the process from which they are forked."""

import gc

from extractor import examine
from extractor.types import Document

_YOUNG = 50_000
"""Objects after which the collector looks for cycles: what is extracted makes many objects and hardly a cycle."""

examine(Document("2015年投入资金38.6万元，硬化道路4.2公里，惠及212户806人，占总户数的53%。"))
gc.freeze()  # what is loaded stays, in pages that workers share
gc.set_threshold(_YOUNG)
