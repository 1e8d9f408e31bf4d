"""Loads all that workers need; imported once by the process from which they are forked."""

from extractor import examine
from extractor.types import Document

examine(Document("2015年投入资金38.6万元，硬化道路4.2公里，惠及212户806人，占总户数的53%。"))
