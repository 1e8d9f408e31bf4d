"""The work of the checks grows with the text and not with its square, whatever a text is full of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor import extract
from extractor.checks import check

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.long

FULL_OF = {
    "growth over years": "人均收入由2015年的3200元增加到2020年的4680元，年均增长7.9%。投入320万元，比增20万元，年均增长6.7%。",
    "one list": "、柳林村{n}人",
    "parts": "投入{n}万元，其中省级{n}万元、自筹2万元。",
    "one long sentence of parts": "其中户项目投入{n}万元，",
    "shares": "养牛{n}户，占21.4%；",
    "rates": "每户补助{n}元，共{n}户，计12万元；",
    "two sources": "总投资5{n}万元（其中自筹12{n}万元），上级资金38{n}万元。",
    "rests": "排查{n}处，整改{n}处，剩余{n}处；",
    "repeats": "全镇总人口12{n}人。",
    "totals in brackets": "柳林校（{n}个班、学位{n}个）、共新增学位{n}个，",
}


@pytest.mark.parametrize("piece", FULL_OF.values(), ids=FULL_OF)
def test_work_grows_with_the_text(piece: str, calls: Callable[..., int]) -> None:
    texts = ["全县2020年" + "".join(piece.format(n=10 + n % 89) for n in range(count)) for count in (60, 240)]
    short, long = (calls(check, extract(text)) for text in texts)
    assert long < 6 * short
