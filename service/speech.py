"""The same message for whom it reaches: options on the command line, parameters over HTTP, fields and buttons on the page.

The library writes its messages for the command line; here they are put into the words of the other two.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import Request

PAGE_HEADER = "X-Gouji-Page"
"""What the scripts of the page send, so that they are answered in its words."""

_TO_API = (
    ("单位（--unit）或量纲（--dimension）", "单位（unit）或量纲（dimension）"),
    ("请用 --unit", "请写 unit"),
    ("编号见 gouji documents", "编号见 GET /v1/documents"),
    ("见 gouji ledger import", "请用 POST /v1/ledgers 导入"),
    ("要替换请加 --replace", "要替换请写 replace: true"),
)
_TO_PAGE = (
    ("单位（unit）或量纲（dimension）", "“单位”或“量纲”（在“更多条件”里）"),
    ("请写 unit", "请写“单位”"),
    ("编号见 GET /v1/documents", "编号见“文件”一栏"),
    ("请用 POST /v1/ledgers 导入", "请先在“台账”一栏导入"),
    ("用 POST /v1/documents 上传", "在首页“上传文件”"),
    ("或用 GET /v1/jobs/{job} 查询", "或在“任务”一栏查看"),
    ("请用 /v1/jobs 查找", "请在“任务”一栏查找"),
    ("见 /v1/places", "见民政部门公布的代码"),
    ("；请另起名称，或写 replace 替换它", "；请另起名称，或选“替换同名的台账”"),
    ("要替换请写 replace: true", "要替换请用“改写说明”"),
    ("，文件放在字段 files 里", ""),
    ("tolerance：", "另许的出入："),
    ("，或在映射文件里写明 unit", "，或在下面的“单位”里填写"),
    ("请用上一页的 next，或去掉它从第一页开始", "请从第一页开始"),
    ("cursor 无效", "翻页的地址无效"),
    (
        "请在请求头写 Authorization: Bearer 密钥，或在网页登录；密钥由管理员用 gouji keys add 生成",
        "请登录；密钥由管理员发给",
    ),
)
_SETTING = re.compile(r"(?:由管理员)?(?:用环境变量 |调高 )GOUJI_[A-Z_]+(?: 调高上限)?(?: (?=后))?")
_ROLE = re.compile(r"(权限是|这里需要) (read|write|admin)")
_ROLES = {"read": "“只读”", "write": "“可写”", "admin": "“管理”"}
_QUOTED = re.compile(r"(?<![\w])'([^'\n]{1,60})'")


def to_api(words: str) -> str:
    """Return a message of the library in the words of the API."""
    return _changed(words, _TO_API)


def to_page(words: str) -> str:
    """Return a message of the library or of the API in the words of the page."""
    words = _SETTING.sub("请管理员调高上限", _changed(to_api(words), _TO_PAGE))
    return _QUOTED.sub(r"“\1”", _ROLE.sub(lambda found: found[1] + _ROLES[found[2]], words))


def of_page(request: Request) -> bool:
    """Whether a script of the page asks, which shows the answer to a person."""
    return PAGE_HEADER in request.headers


def in_words_of(request: Request, words: str) -> str:
    """Return a message in the words of who asks: the page's or the API's."""
    return to_page(words) if of_page(request) else to_api(words)


def _changed(words: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for said, meant in pairs:
        words = words.replace(said, meant)
    return words
