"""Cutting phrases out of the words around a figure.

Words without content (共, 累计, 达, 我镇, 截至6月底 …) are stripped from the edges of what stands before a number; what
stands after it is read for the noun that is counted, the purpose of a sum, or what is said of a bare number. The word
lists and patterns are data: ``resources/context_words.tsv`` and ``resources/context_patterns.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile

from extractor.context.frames import Frame
from extractor.markup import TAG
from extractor.resources.cues import load
from extractor.types import Token

_WORDS = load("context_words.tsv")
_PATTERNS = load("context_patterns.tsv", "pattern")

_LEADING_WORDS = _WORDS.words("leading")
_LEADING_TAGS = ("d", "p", "c", "t", "x", "r", "uj", "ul", "uz", "ud", "y", "e", "o", "w", "m")
_NEGATIONS = _WORDS.words("negation")
_TRAILING_WORDS = _WORDS.words("trailing")
_EMPTY_VERBS = _WORDS.words("empty_verb")
_NO_PREDICATE = _WORDS.words("no_predicate")
_PLACE_PREFIX = re.compile(
    "[\u4e00-\u9fff×xX*]{1,4}?[村镇乡县](?=[新改修建完投发培种养硬整安实举开扶栽累农贫人土粮群全年])"
)
_NO_PLACE = _PATTERNS.pattern("<generic_village>$")
_AMONG = re.compile("^(?:其中|其它?中|这其中)[:：,，]?")
_SELF_REFERENCE = re.compile("^[我全该本各](?:省|市|州|县|区|旗|乡|镇|村|街道|社区|场|局|校|院|地|国)(?:共|共有|现有)?")
_TIME_PREFIX = _PATTERNS.pattern(
    r"^(?:<time>|(?:截[至止]|到|至|自|从|在|于)?\s*(?:[\dxX×_*○〇]{2,4}\s*年度?|\d{1,2}月)"
    r"(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:以来|底|末|初|份|前|止|起|中旬|上旬|下旬){0,2})+[，,的]?"
)
# 恳请县水务局给予解决资金, 责成该镇收回资金: nor does it matter who is asked.
_HANDED_DOWN = _PATTERNS.pattern(
    r"^(?:中央|国家|省|市|县|区|上级|[省市州]委)?[厅上局]?[、和]?[省市县区]?共?(?:下达|核定|分配|安排)[给到]?"
    r"我[省市州县区乡镇局]的?|^第?\d+批|^<requested>(?=.{2})"
)
# 采取措施一是新建公路: the number of an item.
_ITEM = re.compile("^[^，,]*?(?<![统唯第万之])[一二三四五六七八九十]是(?=.{2})")
_LISTED = re.compile("^[^，,]*、[^、]*?等(?:各类|多种|多个)?(?=.{4,})")
_REMARK = re.compile("[（(](?!含|包括)[^）)]*[）)]?$|^[^（(]*[）)]")
_REACHED = re.compile("(?<=[率比数额值量积入程])[达为至到约超]$|(?<![签公节预特合条违履契邀制立大])约$")
# 贫困户由2018年底, 增加值是上年: a time that the number belongs to or is compared with, and the verb that leads to it.
_UP_TO_TIME = re.compile(
    r"(?:[由从自是为]|相当于|等于|(?:(?<!下)降|(?<!上)升|[增减])?[到至])(?:(?:19|20)\d\d年|[去上今当]年|年)(?:度|[底末初])?(?:同期)?$"
)
_COMPARED_WITH = re.compile("(?<=.{2})(?:同比|[比较](?:上一?|去)年(?:同期)?)$")
# 经济总量自1950年以来首次突破5万亿元: since when it is the first time.
_SINCE = re.compile("(?<=.{2})[自从](?:19|20)\\d\\d年[^，,]{0,4}以来$")
_UNDERTAKINGS = load("link_cues.tsv").words("build")
_VERB_AND_NOUN = 2
_CLAUSE_MARKS = frozenset("，,；;。：:")
_BOUNDS = ("以上", "以下", "以内", "左右", "的")
_MAX_PREDICATE = 14
_MAX_JOINED = 4
_MAX_PHRASE = 22
_MIN_PHRASE = 4


def left_phrase(text: str, tokens: Sequence[Token]) -> str:
    """Return the words left of a number without time, self-reference and function words at their edges.

    Args:
        text: the document.
        tokens: the words between the clause's start, or the figure before, and the number.
    """
    last = len(tokens)
    while last and (tokens[last - 1].word in _TRAILING_WORDS or tokens[last - 1].tag in ("x", "ul", "uj", "m")):
        last -= 1
    if not last:
        return ""
    end = tokens[last - 1].end
    content = _content_start(text, tokens[0].start, end)
    first = 0
    while first < last and tokens[first].end <= content:
        first += 1
    cut = first < last and tokens[first].start < content  # 其中国道: the segmenter reads 其|中国|道
    while first < last and not cut and _is_leading(tokens[first]):
        first += 1
    if first == last:
        return ""
    first = _after_preposition(tokens, first, last)
    begin = _content_start(text, max(content, tokens[first].start), end)
    phrase = _without_tags(text, begin, end).strip("“”\"'’‘：: \u3000")
    phrase = _LISTED.sub("", _ITEM.sub("", phrase) if "是" in phrase else phrase)
    place = _PLACE_PREFIX.match(phrase) if len(phrase) > _MIN_PHRASE + 2 else None
    if place is not None and not _NO_PLACE.search(place.group()):
        phrase = phrase[place.end() :]
    if phrase.endswith(("比", "年", "期")):
        phrase = _COMPARED_WITH.sub("", phrase)
    if phrase.endswith("来"):
        phrase = _SINCE.sub("", phrase)
    return _REACHED.sub("", _UP_TO_TIME.sub("", _REMARK.sub("", phrase).strip("、的 ：:”")))


def _without_tags(text: str, begin: int, end: int) -> str:
    """Return ``text[begin:end]`` without markup that was pasted with it (<b>硬化道路)."""
    if text[begin - 1 : begin] == "<":
        begin -= 1
    closed = end + 1 if text.startswith(">", end) else end
    phrase = text[begin:closed]
    if "<" not in phrase or ">" not in phrase:
        return text[begin:end]
    phrase = TAG.sub("", phrase).strip(">")
    return phrase[_content_start(phrase, 0, len(phrase)) :]


def bare(phrase: str) -> str:
    """Return a phrase without time and self-reference before it and signs around it."""
    return phrase[_content_start(phrase, 0, len(phrase)) :].strip("“”\"'’‘：: \u3000的")


def verb_after(words: str) -> str:
    """Return what 分别 introduces when it changes the meaning (增长), ``""`` when it only states (达到, 为)."""
    return "" if words in _TRAILING_WORDS else words.rstrip("了至到约近为达 ")


def _content_start(text: str, start: int, end: int) -> int:
    """Where a phrase begins once dates, 我镇 and 省下达我县 are passed over."""
    rest = _AMONG.sub("", text[start:end], count=1)
    while True:
        shorter = _SELF_REFERENCE.sub("", _TIME_PREFIX.sub("", rest.lstrip("“，, \u3000的"), count=1), count=1)
        shorter = _HANDED_DOWN.sub("", shorter, count=1)
        if len(shorter) == len(rest):
            return end - len(rest)
        rest = shorter


def _is_leading(token: Token) -> bool:
    if token.word in _NEGATIONS or token.word[0] == "每":
        return False
    return token.word in _LEADING_WORDS or token.tag in _LEADING_TAGS


def _after_preposition(tokens: Sequence[Token], first: int, last: int) -> int:
    """Drop what stands before the last verb phrase of an over-long phrase (积极协调…，争取到资金 → 争取到资金)."""
    if tokens[last - 1].end - tokens[first].start <= _MAX_PHRASE - 6:
        return first
    for index in range(last - 2, first, -1):
        remaining = tokens[last - 1].end - tokens[index].start
        if remaining >= _MIN_PHRASE and tokens[index].tag in ("v", "p", "f", "c") and remaining <= _MAX_PHRASE - 4:
            return index if tokens[index].tag == "v" else index + 1
    return first


def clause_before(text: str, frame: Frame) -> str:
    """The noun phrase of the clause before, for a clause that holds nothing but the number (…贫困人口，2354人)."""
    end = frame.clause_index
    while end and frame.tokens[end - 1].tag == "x":
        end -= 1
    begin = end
    while begin > end - _MAX_PHRASE and begin and frame.tokens[begin - 1].word not in _CLAUSE_MARKS:
        begin -= 1
    return left_phrase(text, frame.tokens[max(begin, 0) : end])


def right_phrase(frame: Frame) -> str:
    """The noun phrase right after a number, without a remark in brackets."""
    return _REMARK.sub("", join(frame.right))


def kept_verb(left: Sequence[Token]) -> str:
    """The verb that governs a counted noun, when it says something (配备了 3名 → 配备)."""
    for token in reversed(left):
        if token.tag in ("ul", "d", "uz", "m", "r", "b") or token.word in ("了", "有", "各", "共"):
            continue
        if token.tag in ("v", "vn", "vd") and token.word not in _EMPTY_VERBS and len(token.word) >= 2:
            return token.word
        return ""
    return ""


def is_verb(tokens: Sequence[Token], phrase: str) -> bool:
    """Whether a phrase is one bare verb (新栽, 防治): it needs the heading to say of what."""
    if len(phrase) > _MIN_PHRASE - 1 or not tokens or tokens[-1].tag[0] != "v":
        return False
    inside = [token for token in tokens if token.word in phrase]
    return all(token.tag[0] in "vad" for token in inside)


def is_act(tokens: Sequence[Token], phrase: str) -> bool:
    """Whether a phrase that ends like a place is a verb with a common noun (改造老旧小区, 创建文明乡镇), unlike 建设镇."""
    inside = [token for token in tokens if token.word in phrase]
    if len(inside) < _VERB_AND_NOUN or inside[-1].tag not in ("n", "s") or len(inside[-1].word) < _VERB_AND_NOUN:
        return False
    return inside[0].tag[0] == "v" or inside[0].word in _UNDERTAKINGS


def purpose(frame: Frame) -> str:
    """The object of the predicate after a sum of money: 投入6万元 *修通了石桥2组的* 通组公路 → 通组公路."""
    inside = frame.rest
    if not inside or inside[0].tag[0] not in ("v", "p") or inside[0].word in ("占", "以上"):
        return ""
    run: list[Token] = []
    for token in reversed(inside):
        nominal = token.tag[0] in "nbajlis" or token.tag == "vn" or token.word == "、"
        if run and not nominal:
            break
        if nominal:
            run.append(token)
    run.reverse()
    while run and (run[0].tag in ("ns", "nr") or run[0].word[-1] in "村镇乡县"):
        run.pop(0)
    return join(run).strip("、") if sum(len(t.word) for t in run) >= 2 else ""


def predicate(frame: Frame) -> str:
    """What is said of a bare number after it or after the numbers joined to it (148户、420人列入精准扶贫对象)."""
    last = last_joined(frame)
    said = list(last.tail)
    while said and said[0].tag == "d" and said[0].word not in _NEGATIONS:
        said.pop(0)
    if last.right or not said or said[0].word in _NO_PREDICATE:
        return ""
    if said[0].tag[0] != "v" and said[0].word not in _NEGATIONS:
        return ""
    words = join(said)
    return words if len(words) <= _MAX_PREDICATE else ""


def said_after(frame: Frame) -> str:
    """The rest of the clause after a bare number and the numbers joined to it: better than nothing."""
    # 30户以上的1124个村民小组中: of what a threshold bounds, the noun is left.
    rest = dropwhile(lambda token: token.word in _BOUNDS or token.tag[0] in "mq", last_joined(frame).rest)
    return join(list(rest))[:_MAX_PREDICATE]


def last_joined(frame: Frame) -> Frame:
    """The last of the figures that only a connective joins to this one (842户、3120人)."""
    for _ in range(_MAX_JOINED):
        if frame.following is None or not frame.following.joined:
            break
        frame = frame.following
    return frame


def join(tokens: Sequence[Token]) -> str:
    """The words of ``tokens`` without function words at the edges."""
    words = "".join(token.word for token in tokens)
    return (TAG.sub("", words) if "<" in words else words).strip("，、,的了 ")
