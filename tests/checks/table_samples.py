"""Tables of reports, all right, and one error at a time in them. All are made up.

A row is a line, its cells are separated by blanks; ``_`` is a blank cell, ``<`` is merged with the cell left of it, ``^``
with the one above.
"""

from __future__ import annotations

import html
import io
from typing import TYPE_CHECKING

import docx
import openpyxl

from extractor.readers import read
from extractor.types import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Rows = list[list[str]]

TITLE = "云梓县青石镇2020年工作总结"

RIGHT = {
    "total below": """
        乡镇 户数（户） 人口（人） 投资（万元）
        东坪村 35 120 12.5
        西坝村 40 133 20.3
        南沟村 21 80 7.2
        合计 96 333 40.0""",
    "total on top": """
        序号 村名 硬化道路（公里） 安装路灯（盏） 投资（万元）
        合计 < 12.4 155 318.6
        1 东坪村 3.6 42 96.5
        2 西坝村 5.3 68 130.8
        3 南沟村 3.5 45 91.3""",
    "subtotals of groups": """
        片区 村名 种植面积（亩） 产量（吨） 产值（万元）
        东片 东坪村 620 186 93.4
        ^ 西坝村 480 149 74.1
        ^ 小计 1100 335 167.5
        西片 南沟村 350 102 51.6
        ^ 北岭村 270 83 41.2
        ^ 小计 620 185 92.8
        总计 < 1720 520 260.3""",
    "parts under their row": """
        项目 上年决算数（万元） 预算数（万元） 决算数（万元）
        税收收入 8215 8620 8934
        其中：增值税 3288 3410 3526
        企业所得税 1194 1270 1315
        非税收入 3042 3180 3260
        合计 11257 11800 12194""",
    "sources of money": """
        项目名称 总投资（万元） 资金来源（万元） < < <
        ^ ^ 中央 省级 县级 自筹
        通村公路 1260 630 315 215 100
        人饮工程 845 420 210 145 70
        文化广场 392 180 120 62 30
        合计 2497 1230 645 422 200""",
    "men and women": """
        单位：人 < < < < <
        村名 总人口 < < 劳动力 <
        ^ 合计 男 女 小计 外出
        东坪村 1204 618 586 702 315
        西坝村 986 497 489 561 248
        南沟村 733 381 352 420 187
        合计 2923 1496 1427 1683 750""",
    "plan and done": """
        指标 年度计划（公里） 实际完成（公里） 完成率（%）
        县道改造 42.5 38.6 90.8
        乡道改造 63.0 65.2 103.5
        村道硬化 120.8 98.4 81.5
        合计 226.3 202.2 89.3""",
    "growth over the year before": """
        指标 2019年 2020年 增长（%）
        地区生产总值（万元） 86400 92100 4.2
        粮食产量（吨） 12400 12860 3.7
        蔬菜产量（吨） 8350 9120 9.2
        肉类产量（吨） 3260 3105 -4.8
        农村居民人均可支配收入（元） 11480 12650 10.2""",
    "shares of a total": """
        产业类别 产值（万元） 占比（%）
        种植业 4820 42.1
        养殖业 3655 31.9
        林业 1290 11.3
        其他 1685 14.7
        合计 11450 100""",
    "quarters": """
        项目 一季度 二季度 三季度 四季度 全年
        接待游客（人次） 3120 4865 6230 2945 17160
        旅游收入（万元） 93.6 150.8 199.4 86.5 530.3
        培训农民（人次） 210 346 158 420 1134""",
    "blanks": """
        乡镇 改厕（户） 改圈（户） 改灶（户）
        东坪村 85 42 —
        西坝村 — 36 58
        南沟村 63 未统计 44
        合计 148 95 102""",
    "what does not add up": """
        乡镇 参保人数（人） 参保率（%） 人均纯收入（元） 补助标准（元/人） 排名 海拔（米）
        东坪村 1180 98.2 10860 280 2 1240
        西坝村 965 97.9 10420 280 3 1385
        南沟村 728 99.3 11270 280 1 1170
        合计 2873 98.4 10815 280 _ 1265""",
    "rounding": """
        项目 投资（亿元） 占比（%）
        交通 1.3 33.3
        水利 1.3 33.3
        电力 1.3 33.3
        合计 4.0 100.0""",
    "enumerated": """
        项目 金额（万元） 上年金额（万元）
        一、本级收入 6430 6185
        1.税收收入 5120 4960
        2.非税收入 1310 1225
        二、上级补助收入 9280 8740
        1.一般转移支付 7150 6820
        2.专项转移支付 2130 1920
        三、上年结余 415 386
        收入总计 16125 15311""",
    "more than is listed": """
        乡镇 危房改造（户） 投资（万元） 受益人口（人）
        全县 320 815 1106
        青石镇 125 286 428
        白杨镇 98 231 352
        柳溪镇 97 210 326""",
    "change": """
        指标 本年 上年 增减
        存栏生猪（头） 8620 9145 -525
        出栏肉牛（头） 1236 1108 128
        出栏山羊（只） 4310 3975 335""",
    "two columns of a place": """
        地区 合计 < 东片 < 西片 <
        ^ 户数（户） 人数（人） 户数（户） 人数（人） 户数（户） 人数（人）
        低保 182 415 104 236 78 179
        五保 63 66 35 37 28 29
        残疾 121 130 66 71 55 59""",
    "years of a plan": """
        建设内容 单位 2018年 2019年 2020年 合计
        硬化道路 公里 12.6 18.3 15.4 46.3
        新建水池 口 36 48 29 113
        改造危房 户 85 132 97 314""",
    "mean of rates": """
        村名 应参保（人） 已参保（人） 参保率
        东坪村 1200 1140 95.0%
        西坝村 800 784 98.0%
        平均 _ _ 96.5%""",
    "left to do": """
        乡镇 排查问题（个） 已整改（个） 未整改（个） 整改率（%）
        青石镇 126 118 8 93.7
        白杨镇 94 90 4 95.7
        柳溪镇 73 66 7 90.4
        合计 293 274 19 93.5""",
    "about and over": """
        村名 柑橘（亩） 茶叶（亩）
        东坪村 约300 125
        西坝村 260余 184
        南沟村 195 96
        合计 近800 405""",
    "balances": """
        村名 年初余额（万元） 本年收入（万元） 本年支出（万元） 年末余额（万元）
        东坪村 36.5 0 12.2 24.3
        西坝村 41.8 0 16.4 25.4
        南沟村 28.6 0 9.9 18.7
        北岭村 33.1 25.0 14.5 43.6""",
    "a source of one project only": """
        项目 合计（万元） 中央（万元） 省级（万元） 自筹（万元） 捐赠（万元）
        道路 230 120 80 30 _
        水渠 145 75 50 20 _
        广场 112 40 30 22 20
        桥梁 186 96 60 30 _""",
    "two lists side by side": """
        收入项目 金额（万元） 上年（万元） 支出项目 金额（万元） 上年（万元）
        本级收入 6430 6185 教育 5120 4960
        补助收入 9280 8740 农林水 4866 4531
        上年结余 415 386 卫生 2950 2745
        _ _ _ 其他 2764 2660
        _ _ _ 年终结余 425 415
        收入总计 16125 15311 支出总计 16125 15311""",
}
"""Tables in which nothing is wrong."""

LEFT_ALONE = {
    "villages of several projects": """
        项目 覆盖村（个） 受益户（户） 投资（万元）
        道路硬化 8 620 310
        饮水安全 10 745 186
        产业发展 6 430 264
        合计 12 1260 760""",
    "a total that is none": """
        项目 村数（个） 户数（户） 人数（人）
        养猪 12 320 1205
        养牛 9 146 561
        养羊 15 288 1097
        合计 18 512 1946""",
    "more than is listed, in all columns": """
        乡镇 改厕（户） 改圈（户）
        全县 1260 845
        青石镇 325 210
        白杨镇 288 196""",
    "two years and real growth": """
        指标 2019年 2020年 增长（%）
        第一产业增加值（万元） 12600 13900 4.1
        第二产业增加值（万元） 20100 21300 5.2
        第三产业增加值（万元） 31500 34200 6.3""",
    "cumulated": """
        月份 收入（万元） 累计（万元）
        1月 126 126
        2月 143 269
        3月 158 427""",
    "levels of enumeration that are no parts": """
        指标 单位 2019年 2020年
        一、农业 _ _ _
        粮食 吨 12600 12900
        油料 吨 860 910
        二、人口 _ _ _
        总人口 人 18420 18510
        总户数 户 4860 4905
        少数民族 人 6230 6310""",
    "beds and doctors": """
        医院 总床位（张） 医生（人） 护士（人）
        县医院 320 126 210
        中医院 180 68 112""",
    "rate of each, mean at the end": """
        村名 任务（户） 完成（户） 完成率（%）
        东坪村 120 108 90
        西坝村 45 45 100
        合计 165 153 95""",
    "numbers that name": """
        序号 项目编号 年份 电话 投资（万元）
        1 101 2019 6123456 35
        2 102 2020 6123457 48
        合计 _ _ _ 83""",
    "one column of several things": """
        指标 数值
        总人口（人） 12560
        总户数（户） 3180
        耕地面积（亩） 18600
        合计投资（万元） 860""",
    "scores": """
        单位 工作实绩 群众评议 总分
        青石镇 58.5 36.2 94.7
        白杨镇 56.0 37.5 93.5
        平均 57.3 36.9 94.1""",
    "weights": """
        单位 工作实绩 群众评议 加分 总得分
        青石镇 91 88 2 91.7
        白杨镇 86 94 1 89.4
        柳溪镇 88 90 3 91.8""",
    "projects that help the same": """
        项目名称 里程（公里） 户数（户） 投资（万元）
        通村公路 12.6 320 630
        机耕道 8.4 210 252
        合计 21.0 432 882""",
    "growth over a revised base": """
        指标 2019年 2020年 增长（%）
        财政收入（万元） 8620 9145 11.3""",
    "households and people of different things": """
        乡镇 低保户（户） 总人口（人） 脱贫户（户） 培训（人）
        青石镇 12 14560 320 45
        白杨镇 9 9820 264 1380""",
    "a blank may be more than nothing": """
        乡镇 户数（户） 资金（万元）
        青石镇 126 _
        白杨镇 94 38.5
        柳溪镇 73 26.4
        合计 293 112.9""",
    "merged amounts": """
        项目 地点 里程（公里） 投资（万元）
        通村路 东坪村 3.2 186
        ^ 西坝村 4.1 ^
        人饮 南沟村 2.6 75
        合计 _ 9.9 261""",
}
"""Tables of which no sum is claimed, or none of all their columns."""

WRONG = {
    "a total": (
        "total below",
        "333",
        "343",
        "343",
        "东坪村 人口120 + 西坝村 人口133 + 南沟村 人口80 = 333，原文 人口343",
    ),
    "a part, the total on top": ("total on top", "130.8", "103.8", "318.6", "= 291.6，原文 投资318.6"),
    "a power of ten": ("total below", "40.0", "400.0", "400.0", "= 40，原文 投资400.0"),
    "a subtotal": ("subtotals of groups", "335", "353", "353", "东坪村 东片产量186 + 西坝村 东片产量149 = 335，原文"),
    "the total of all": ("subtotals of groups", "260.3", "206.3", "206.3", "= 260.3，原文 产值206.3"),
    "sources of one project": ("sources of money", "845", "854", "854", "自筹资金来源70 = 845，原文 人饮工程总投资854"),
    "a source of all projects": ("sources of money", "1230", "1320", "1320", "= 1230，原文 中央资金来源1320"),
    "women": ("men and women", "489", "498", "986", "总人口男497 + 总人口女498 = 995，原文 总人口986"),
    "a rate": ("plan and done", "103.5", "108.5", "108.5", "乡道改造65.2 ÷ 乡道改造年度计划63.0 = 103.4921，原文"),
    "the rate of the total": ("plan and done", "89.3", "83.9", "83.9", "实际完成202.2 ÷ 年度计划226.3 = 89.3504，原文"),
    "growth": ("growth over the year before", "9.2", "92", "92", "蔬菜产量9120 ÷ 蔬菜产量8350 - 1 = 9.2216，原文"),
    "the sign of a growth": (
        "growth over the year before",
        "-4.8",
        "4.8",
        "4.8",
        "肉类产量3105 ÷ 肉类产量3260 - 1 = -4.7546",
    ),
    "a share": ("shares of a total", "31.9", "39.1", "39.1", "养殖业产值3655 ÷ 产值11450 = 31.9214，原文"),
    "a year": ("quarters", "530.3", "503.3", "503.3", "旅游收入四季度86.5 = 530.3，原文 旅游收入全年503.3"),
    "the head of an enumeration": (
        "enumerated",
        "6430",
        "6340",
        "6340",
        "税收收入金额5120 + 非税收入金额1310 = 6430，原文",
    ),
    "a total of heads": ("enumerated", "16125", "16215", "16215", "+ 上年结余金额415 = 16125，原文"),
    "a change": ("change", "335", "353", "353", "出栏山羊4310 - 出栏山羊3975 = 335，原文 出栏山羊增减353"),
    "two columns of a place": ("two columns of a place", "415", "451", "451", "东片人数236 + 西片人数179 = 415，原文"),
    "a plan of years": ("years of a plan", "314", "341", "341", "2020年 改造危房97 = 314，原文 改造危房341"),
    "a part of the list beside": ("two lists side by side", "2950", "2590", "16125", "= 15765，原文"),
    "what is left": ("left to do", "4", "14", "14", "白杨镇 排查问题94 - 已整改90 = 4，原文"),
    "more than all": ("parts under their row", "3410", "13410", "8620", "增值税预算数13410"),
}
"""Which table, what stands there, what it says instead, the figure that is flagged, and how its formula ends or begins."""


def cells(text: str) -> Rows:
    """Return the cells of a table as it stands above."""
    return [line.split() for line in text.strip().splitlines()]


def shown(cell: str) -> str:
    """Return what stands in a cell."""
    return "" if cell in ("_", "<", "^") else cell


def spans(rows: Rows, row: int, column: int) -> tuple[int, int]:
    """Return over how many rows and columns a cell reaches."""
    right = column + 1
    while right < len(rows[row]) and rows[row][right] == "<":
        right += 1
    below = row + 1
    while below < len(rows) and rows[below][column] == "^":
        below += 1
    return below - row, right - column


def word(*tables: Rows) -> bytes:
    """Return a .docx with the tables."""
    made = docx.Document()
    made.add_paragraph(TITLE)
    for number, rows in enumerate(tables, 1):
        made.add_paragraph(f"附表{number}")
        table = made.add_table(len(rows), max(map(len, rows)))
        for row, line in enumerate(rows):
            for column, cell in enumerate(line):
                if cell in "<^":
                    continue
                down, across = spans(rows, row, column)
                table.cell(row, column).merge(table.cell(row + down - 1, column + across - 1)).text = shown(cell)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def page(*tables: Rows) -> bytes:
    """Return a page of HTML with the tables."""
    lines = [f"<html><head><meta charset='utf-8'></head><body><h1>{TITLE}</h1>"]
    for number, rows in enumerate(tables, 1):
        lines.append(f"<p>附表{number}</p><table>")
        for row, line in enumerate(rows):
            lines.append("<tr>")
            for column, cell in enumerate(line):
                if cell not in "<^":
                    down, across = spans(rows, row, column)
                    lines.append(f"<td rowspan='{down}' colspan='{across}'>{html.escape(shown(cell))}</td>")
            lines.append("</tr>")
        lines.append("</table>")
    return "".join((*lines, "</body></html>")).encode()


def workbook(*tables: Rows) -> bytes:
    """Return an .xlsx with a table on each sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(tables, 1):
        sheet = book.create_sheet(f"附表{number}")
        for row, line in enumerate(rows, 1):
            for column, cell in enumerate(line, 1):
                if shown(cell):
                    sheet.cell(row, column, shown(cell))
        for row, line in enumerate(rows):
            for column, cell in enumerate(line):
                down, across = spans(rows, row, column)
                if cell not in "<^" and (down, across) != (1, 1):
                    sheet.merge_cells(None, row + 1, column + 1, row + down, column + across)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(*tables: Rows) -> bytes:
    """Return a text with TABs between the columns."""
    lines = [TITLE]
    for number, rows in enumerate(tables, 1):
        lines += [f"附表{number}", *("\t".join(map(shown, line)) for line in rows)]
    return "\n".join(lines).encode()


FORMS: dict[str, Callable[..., bytes]] = {".docx": word, ".html": page, ".xlsx": workbook, ".txt": plain}


def document(form: str, *tables: Sequence[Sequence[str]]) -> Document:
    """Return the tables as they are read from a file of this form."""
    return read(FORMS[form](*map(list, tables)), f"总结{form}")
