"""The words that tie figures together: ``pattern`` compiles a template over the roles of ``link_cues.tsv``."""

from extractor.resources.cues import load

pattern = load("link_cues.tsv").pattern

NO_SUBJECT = pattern(
    r"^(?:正好|刚好|大约|约|仅|只|各|均|也|已|就|分别|年均|平均|年|实际|按可比价格?(?:计算)?|[同环]比|[比较](?:去年|上年|上一年|年初|年末)(?:同期)?|去年|上年|同期)*+"
    r"(?:占比?|比重|<growth>|完成|接近|近|达到?|为|仅|了|一半|[比较]|的)*+$"
)
"""The words before a percentage that leave its subject to what stands before: 同比增长, 占, 比上年下降."""
